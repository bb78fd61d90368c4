using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Web.Data;
using Fablab.Web.Features.Notices;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Series;

/// <summary>
/// What the dates of a series that is booked or moved have to tell others, gathered so that everybody is told once. Of one transaction: whoever
/// begins it tells when all dates are written.
/// </summary>
internal sealed class SeriesNotices
{
    private readonly Dictionary<(MemberId Member, string Code), Gathered> told = [];

    /// <param name="code">Of the notice about a single booking; that of several is <c>{code}-series</c>.</param>
    /// <param name="single">Facts of that notice.</param>
    /// <param name="link">Where they see all of it; <see langword="null"/> for nowhere.</param>
    public void Add(IEnumerable<MemberId> members, string code, Reservation date, IReadOnlyDictionary<string, string> single, string? link)
    {
        foreach (var member in members)
        {
            told[(member, code)] = told.TryGetValue((member, code), out var known)
                ? known with { First = date.Slot.Start < known.First.Slot.Start ? date : known.First, Dates = known.Dates + 1 }
                : new Gathered(date, 1, single, link);
        }
    }

    public void Tell(FablabDb db, Instant now)
    {
        foreach (var ((member, code), (first, dates, single, link)) in told)
        {
            if (dates == 1)
            {
                db.Tell(member, code, single, now);
                continue;
            }

            var facts = new Dictionary<string, string> { ["machine"] = first.Machine.ToString(), ["start"] = first.Slot.Start.ToString() };
            if (link is not null)
            {
                facts["link"] = link;
            }

            db.Tell(member, $"{code}-series", facts, now);
        }
    }

    private sealed record Gathered(Reservation First, int Dates, IReadOnlyDictionary<string, string> Single, string? Link);
}
