using Fablab.Domain.MachineJobs;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Web.Data;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Finding;

/// <summary>In what a variant differs from what was wanted.</summary>
public enum VariantKind
{
    Shorter,
    Longer,
    AnotherTime,
    AnotherMachine,
    AnotherSite,
}

/// <summary>A slot that could be booked instead.</summary>
internal sealed record Variant(VariantKind Kind, BookableTime Bookable, TimeSlot Slot);

/// <summary>What was wanted and cannot be had.</summary>
/// <param name="Code">Of the machine or pool.</param>
/// <param name="Changing">The reservation that should become it; <see langword="null"/> for a new one.</param>
internal sealed record RefusedWish(MemberId Member, string Code, MachineCategory Category, SiteId Site, TimeSlot Slot, MachineJobId? Job, Reservation? Changing = null)
{
    public BookableTime Seen(BookableTime time) => Changing is null ? time : time.Without(Changing);
}

/// <summary>The nearest slots that the rules allow, when what was wanted is refused: shorter, at another time, on another machine.</summary>
internal sealed class FindVariants(FablabDb db, ReadBookableTimes times, LabClock clock)
{
    public const int MostOthers = 3;

    private static readonly Duration LookAhead = Duration.FromDays(7);

    private static readonly Duration LookBack = Duration.FromHours(12);

    /// <summary>No other time or machine would mend these.</summary>
    private static readonly HashSet<string> Beyond =
        ["project-not-yours", "slot-empty", "job-not-found", "job-already-booked", "job-file-gone"];

    public async Task<IReadOnlyList<Variant>> ForAsync(RefusedWish wish, IReadOnlyList<BookingProblem> problems, CancellationToken ct)
    {
        if (problems.Count == 0 || problems.Any(problem => Beyond.Contains(problem.Code)))
        {
            return [];
        }

        var job = wish.Job is { } id ? await db.MachineJobs.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id && row.Member == wish.Member, ct) : null;
        var (now, wanted) = (clock.Now, wish.Slot);
        var from = Instant.Max(now, wanted.Start - LookBack);
        var window = new TimeSlot(from, Instant.Max(from, wanted.Start) + LookAhead);
        var found = await times.InAsync(new BookableFilter { Code = wish.Code }, window, wish.Member, poolsAsOne: true, ct);
        if (found is not [var first, ..])
        {
            return [];
        }

        var own = wish.Seen(first);
        var variants = new List<Variant>();
        variants.AddRange(OnTheSame(own, job, wanted, window));
        if (problems.Any(problem => problem is not { Severity: ProblemSeverity.Soft, LiftedBy: "member" }))
        {
            var others = await times.InAsync(new BookableFilter { Category = wish.Category }, window, wish.Member, poolsAsOne: true, ct);
            variants.AddRange(OnOthers([.. others.Where(other => other.Code != own.Code).Select(wish.Seen)], job, wish, window));
        }

        return variants;
    }

    private IEnumerable<Variant> OnTheSame(BookableTime own, MachineJob? job, TimeSlot wanted, TimeSlot window)
    {
        var search = new OpeningSearch(own, job, clock.Now);
        var length = LengthOn(own, job is { Estimate: { } estimate } && estimate > wanted.Length ? estimate : wanted.Length);
        if (length != wanted.Length && search.FindAt(new TimeSlot(wanted.Start, wanted.Start + length)) is { } resized)
        {
            yield return new Variant(KindOf(length, wanted.Length), own, resized.Slot);
        }
        else if (UntilTheNext(own, search, wanted) is { } shorter)
        {
            yield return new Variant(VariantKind.Shorter, own, shorter);
        }

        if (search.FindAt(new TimeSlot(wanted.Start, wanted.Start + length)) is not null)
        {
            yield break;
        }

        var later = new TimeSlot(Instant.Max(window.Start, wanted.Start), window.End);
        if (search.Find(length, later, 1).Fits is [var next])
        {
            yield return new Variant(VariantKind.AnotherTime, own, next.Slot);
        }

        var latestEnd = wanted.Start + length;
        if (window.Start < latestEnd && search.FindLast(length, new TimeSlot(window.Start, latestEnd)) is { } before && before.Slot.Start < wanted.Start)
        {
            yield return new Variant(VariantKind.AnotherTime, own, before.Slot);
        }
    }

    /// <summary>As much of the wanted slot as is free from its start on.</summary>
    private static TimeSlot? UntilTheNext(BookableTime own, OpeningSearch search, TimeSlot wanted)
    {
        var next = search.Taken.Where(slot => slot.Start >= wanted.Start).Select(slot => (Instant?)slot.Start).FirstOrDefault();
        if (next is not { } end || end - own.CleanUp >= wanted.End)
        {
            return null;
        }

        var length = own.Granularity * Math.Floor((end - own.CleanUp - wanted.Start) / own.Granularity);
        return length >= own.MinimumLength ? search.FindAt(new TimeSlot(wanted.Start, wanted.Start + length))?.Slot : null;
    }

    /// <summary>The nearest time on each; those of the same site first.</summary>
    private IEnumerable<Variant> OnOthers(IReadOnlyList<BookableTime> others, MachineJob? job, RefusedWish wish, TimeSlot window)
    {
        var wanted = wish.Slot;
        var later = new TimeSlot(Instant.Max(window.Start, wanted.Start), window.End);
        return others
            .Select(other => (Of: other, Slot: NearestOn(other, job, wanted, later)))
            .Where(found => found.Slot is not null)
            .OrderBy(found => found.Of.First.Site == wish.Site ? 0 : 1).ThenBy(found => found.Slot!.Start).ThenBy(found => found.Of.Code, StringComparer.Ordinal)
            .Take(MostOthers)
            .Select(found => new Variant(found.Of.First.Site == wish.Site ? VariantKind.AnotherMachine : VariantKind.AnotherSite, found.Of, found.Slot!));
    }

    private TimeSlot? NearestOn(BookableTime other, MachineJob? job, TimeSlot wanted, TimeSlot later)
    {
        var search = new OpeningSearch(other, job, clock.Now);
        return search.FindAt(wanted)?.Slot ?? (search.Find(wanted.Length, later, 1).Fits is [var next] ? next.Slot : null);
    }

    private static VariantKind KindOf(Duration length, Duration wanted) => length < wanted ? VariantKind.Shorter : VariantKind.Longer;

    /// <summary>The nearest length that the machine can be booked for.</summary>
    private static Duration LengthOn(BookableTime on, Duration wanted)
    {
        var within = Duration.Max(on.MinimumLength, Duration.Min(on.MaximumLength, wanted));
        var steps = Math.Ceiling(within / on.Granularity);
        return on.Granularity * (on.Granularity * steps > on.MaximumLength ? steps - 1 : steps);
    }
}
