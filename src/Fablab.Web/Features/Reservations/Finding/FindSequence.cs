using Fablab.Domain.MachineJobs;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Finding;
using Fablab.Web.Features.Members;
using Fablab.Web.Hosting;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Finding;

/// <summary>One step of work that is looked for: where, how long, with which job.</summary>
internal sealed record WantedStep(BookableFilter Where, Duration? Length, MachineJob? Job);

/// <summary>One part for each step.</summary>
internal sealed record SequenceFound(IReadOnlyList<FoundOpening> Parts);

/// <param name="Excluded">For each step what keeps machines out of it.</param>
internal sealed record SequencesFound(IReadOnlyList<SequenceFound> Solutions, IReadOnlyList<IReadOnlyList<ExcludedBookables>> Excluded);

/// <summary>Several machines one after the other, such as cut and then engrave: the earliest times at which all of it fits.</summary>
internal sealed class FindSequence(ReadBookableTimes times, CurrentMember me, LabClock clock)
{
    public const int MostSolutions = 3;

    /// <summary>So many solutions are looked at until enough of them pass all rules.</summary>
    private const int MostTried = 50;

    public async Task<SequencesFound> ExecuteAsync(IReadOnlyList<WantedStep> wanted, TimeSlot window, Duration mostGap, CancellationToken ct)
    {
        var now = clock.Now;
        if (window.End <= now)
        {
            return new SequencesFound([], []);
        }

        window = window.Start < now ? window.StartingAt(now) : window;
        var steps = new List<List<Candidate>>();
        var excluded = new List<IReadOnlyList<ExcludedBookables>>();
        foreach (var step in wanted)
        {
            var (candidates, kept) = Candidates(await times.InAsync(step.Where, window, me.Id, poolsAsOne: true, ct), step, window, now);
            steps.Add(candidates);
            excluded.Add(kept);
        }

        return new SequencesFound(steps.All(step => step.Count > 0) ? Solutions(steps, window, mostGap) : [], excluded);
    }

    private static (List<Candidate> Candidates, IReadOnlyList<ExcludedBookables> Excluded) Candidates(
        IReadOnlyList<BookableTime> bookables, WantedStep step, TimeSlot window, Instant now)
    {
        var (candidates, excluded) = (new List<Candidate>(), new List<(string Code, string Machine)>());
        foreach (var bookable in bookables)
        {
            var search = new OpeningSearch(bookable, step.Job, now);
            var fits = search.Find(step.Length, window, 1);
            if (fits.Fits is [var fit])
            {
                candidates.Add(new Candidate(bookable, search, fit.Slot.Length, step.Job));
            }

            excluded.AddRange(fits.Codes.Select(code => (code, bookable.Code)));
        }

        return (candidates, [.. excluded.GroupBy(one => one.Code, one => one.Machine).Select(group => new ExcludedBookables(group.Key, [.. group]))]);
    }

    private static List<SequenceFound> Solutions(List<List<Candidate>> steps, TimeSlot window, Duration mostGap)
    {
        var grid = new StartGrid(Reading.Availability.Grid, steps[0][0].Bookable.Zone);
        var found = new List<SequenceFound>();
        for (var (tried, rest) = (0, window); tried < MostTried && found.Count < MostSolutions; tried++)
        {
            if (SequenceFit.Find(new SequenceWish(rest, [.. steps.Select(StepOf)], mostGap, grid)) is not { } parts)
            {
                break;
            }

            if (Allowed(parts, steps) is { } solution)
            {
                found.Add(solution);
            }

            var next = grid.Next(parts[0].Slot.Start + Duration.Epsilon);
            if (next >= window.End)
            {
                break;
            }

            rest = window.StartingAt(next);
        }

        return found;
    }

    /// <summary>The steps of one kind have one length, since they are made for one job or wish.</summary>
    private static SequenceStep StepOf(List<Candidate> candidates) => new(
        candidates.Max(candidate => candidate.Length),
        [.. candidates.Select(one => new SequenceMachine(one.Bookable.First.Id, one.Search.Taken, one.Bookable.Policy.SetUp, one.Bookable.Policy.CleanUp))]);

    /// <summary>The rules are asked about each part as it stands now.</summary>
    private static SequenceFound? Allowed(IReadOnlyList<SequencePart> parts, List<List<Candidate>> steps)
    {
        var openings = new List<FoundOpening>();
        foreach (var (part, candidates) in parts.Zip(steps))
        {
            var candidate = candidates.First(one => one.Bookable.First.Id == part.Machine);
            if (candidate.Search.FindAt(part.Slot) is null)
            {
                return null;
            }

            openings.Add(new FoundOpening(candidate.Bookable, part.Slot, null, candidate.Job?.Estimate));
        }

        return new SequenceFound(openings);
    }

    private sealed record Candidate(BookableTime Bookable, OpeningSearch Search, Duration Length, MachineJob? Job);
}
