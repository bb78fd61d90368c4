using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Web.Data;
using Fablab.Web.Features.Notices;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Series;

/// <summary>
/// What bookings and changes of one transaction have to tell others, gathered so that everybody is told once of a series: whoever begins the
/// transaction tells when all is written.
/// </summary>
internal sealed class GatheredNotices
{
    private readonly Dictionary<(MemberId Member, string Code), Gathered> told = [];

    private readonly Dictionary<object, List<MemberId>> read = [];

    /// <summary>Who is told of one place's news is the same for all dates.</summary>
    /// <param name="place">Id of the machine or of the organisation.</param>
    public async Task<List<MemberId>> ReadOnceAsync(object place, Func<Task<List<MemberId>>> readAsync) =>
        read.TryGetValue(place, out var known) ? known : read[place] = await readAsync();

    /// <param name="code">Of the notice about a single booking; that of several is <c>{code}-series</c>.</param>
    /// <param name="link">Where they see the single one: an address on our pages; <see langword="null"/> for nowhere.</param>
    /// <param name="linkOfAll">Where they see all of them.</param>
    public void Add(IEnumerable<MemberId> members, string code, Reservation date, string? link = null, string? linkOfAll = null)
    {
        foreach (var member in members)
        {
            told[(member, code)] = told.TryGetValue((member, code), out var known)
                ? known with { First = date.Slot.Start < known.First.Slot.Start ? date : known.First, Dates = known.Dates + 1 }
                : new Gathered(date, 1, link, linkOfAll);
        }
    }

    public void Tell(FablabDb db, Instant now)
    {
        foreach (var ((member, code), (first, dates, link, linkOfAll)) in told)
        {
            var facts = new Dictionary<string, string> { ["machine"] = first.Machine.ToString(), ["start"] = first.Slot.Start.ToString() };
            if (dates == 1)
            {
                facts["reservation"] = first.Id.ToString();
            }

            if ((dates == 1 ? link : linkOfAll) is { } address)
            {
                facts["link"] = address;
            }

            db.Tell(member, dates == 1 ? code : $"{code}-series", facts, now);
        }
    }

    private sealed record Gathered(Reservation First, int Dates, string? Link, string? LinkOfAll);
}
