using Fablab.Domain;
using Fablab.Domain.Reservations;
using Fablab.Web.Features.Machines;
using Fablab.Web.Features.Machines.Browsing;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Reservations.Finding;
using Fablab.Web.Features.Reservations.Reading;
using Fablab.Web.Hosting;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Bundles;

/// <summary>One machine of a bundle that was looked at, and all against it.</summary>
public sealed record BundleLine(MachineView Of, TimeSlot Slot, IReadOnlyList<BookingProblem> Problems, bool MayBook);

/// <summary>A bundle as booking it would make it: all of it or nothing.</summary>
/// <param name="Accepted">Codes of the soft problems in spite of which the asker may book.</param>
/// <param name="FreeForAll">When all of them are free that day, if not at the time wanted; <see langword="null"/> when that would not help.</param>
public sealed record BundlePreview(IReadOnlyList<BundleLine> Lines, SlotPrice Price, IReadOnlyList<string> Accepted, DayPlan? FreeForAll)
{
    public bool IsBookable => Lines.All(line => line.MayBook);
}

/// <summary>Tries a bundle out and tells of each machine what stands against it.</summary>
internal sealed class BundlePreviews(BookBundle bundle, Availability availability, FindSequence sequences, CurrentMember me, IDateTimeZoneProvider zones, LabClock clock)
{
    /// <summary>What one books in spite of may let another part meet a quota, so it is asked again, at most this often.</summary>
    private const int MostPasses = 3;

    /// <summary>How far ahead one after the other is looked for.</summary>
    private static readonly Duration LookAhead = Duration.FromDays(7);

    /// <summary>At most this lies between one machine of a sequence and the next.</summary>
    private static readonly Duration MostGap = Duration.FromHours(1);

    public async Task<Result<BundlePreview>> OfAsync(IReadOnlyList<MachineView> chosen, BookBundleRequest request, CancellationToken ct)
    {
        var accepted = new HashSet<string>(StringComparer.Ordinal);
        ILookup<int, BookingProblem>? against = null;
        for (var pass = 1; ; pass++)
        {
            var refusal = (await bundle.CheckAsync(request with { AcceptSoft = [.. accepted] }, ct)).Refusal;
            if (refusal is not null and not BookingRefused)
            {
                return refusal;
            }

            var left = refusal is BookingRefused refused ? refused.Problems : [];
            against = Merge(against, left);
            var may = left.Where(MayLift).Select(problem => problem.Code).Except(accepted).ToList();
            if (may.Count == 0 || pass == MostPasses)
            {
                return await PreviewAsync(chosen, request, against, left, [.. accepted], ct);
            }

            accepted.UnionWith(may);
        }

        bool MayLift(BookingProblem problem) => me.MayLiftAll([problem], chosen[0].Machine.Site);
    }

    /// <summary>When each could begin, in this order, as soon as possible; <see langword="null"/> when they do not fit.</summary>
    public async Task<IReadOnlyDictionary<string, Instant>?> SequenceAsync(IReadOnlyList<string> codes, TimeSlot from, CancellationToken ct)
    {
        var steps = codes.Select(code => new WantedStep(new BookableFilter { Code = code }, from.Length, null)).ToList();
        var found = await sequences.ExecuteAsync(steps, new TimeSlot(from.Start, from.Start + LookAhead), MostGap, ct);
        return found.Solutions is [var first, ..] ? codes.Zip(first.Parts).ToDictionary(pair => pair.First, pair => pair.Second.Slot.Start) : null;
    }

    /// <summary>The newest words about a part are kept; what was lifted stays told.</summary>
    private static ILookup<int, BookingProblem> Merge(ILookup<int, BookingProblem>? before, IReadOnlyList<BookingProblem> now)
    {
        var parts = now.Select(problem => problem.PartOf()).ToHashSet();
        return (before ?? now.Take(0).ToLookup(PartProblems.PartOf))
            .Where(part => !parts.Contains(part.Key))
            .SelectMany(part => part)
            .Concat(now)
            .ToLookup(PartProblems.PartOf);
    }

    private async Task<BundlePreview> PreviewAsync(
        IReadOnlyList<MachineView> chosen, BookBundleRequest request, ILookup<int, BookingProblem> against, IReadOnlyList<BookingProblem> left, IReadOnlyList<string> accepted,
        CancellationToken ct)
    {
        var parts = left.Select(problem => problem.PartOf()).ToHashSet();
        var lines = chosen.Zip(request.Parts).Select((pair, index) =>
            new BundleLine(pair.First, new TimeSlot(pair.Second.Start, pair.Second.End), [.. against[index + 1]], !parts.Contains(index + 1))).ToList();
        var price = lines.Select(line => SlotPrice.Of(line.Slot, line.Of.Tariff)).Aggregate((sum, one) => new SlotPrice(sum.Net + one.Net, sum.Gross + one.Gross));
        var isAtOnce = request.Parts.All(part => part.Start == request.Parts[0].Start);
        return new BundlePreview(lines, price, accepted, parts.Count > 0 && isAtOnce ? await FreeForAllAsync(chosen, lines[0].Slot, ct) : null);
    }

    private async Task<DayPlan> FreeForAllAsync(IReadOnlyList<MachineView> chosen, TimeSlot wanted, CancellationToken ct)
    {
        var zone = zones[chosen[0].Site.TimeZone];
        var date = wanted.Start.InZone(zone).Date;
        var day = new TimeSlot(zone.AtStartOfDay(date).ToInstant(), zone.AtStartOfDay(date.PlusDays(1)).ToInstant());
        IReadOnlyList<TimeSlot> free = [day];
        foreach (var view in chosen)
        {
            var openings = (await availability.OfAsync(view.Code, day, ct))?.Openings ?? [];
            free = [.. free.SelectMany(one => openings.Where(one.Overlaps).Select(other => new TimeSlot(Instant.Max(one.Start, other.Start), Instant.Min(one.End, other.End))))];
        }

        return DayPlan.Of(date, zone, free.Where(one => one.Length >= wanted.Length), [], clock.Now);
    }
}
