using Fablab.Domain.MachineJobs;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Finding;
using Fablab.Domain.Reservations.Rules;
using Fablab.Web.Features.Reservations.Booking;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Finding;

/// <summary>Looks for slots of one machine or pool that the rules allow a member.</summary>
/// <param name="job">What shall run there; <see langword="null"/> for nothing.</param>
internal sealed class OpeningSearch(BookableTime bookable, MachineJob? job, Instant now)
{
    private const string JobElsewhere = "job-for-another-machine";

    private readonly PoolRoom? room = bookable.Pool is null ? null : bookable.Room(now);
    private readonly IReadOnlyList<TimeSlot> taken = bookable.Taken(now);
    private readonly BookingFacts known = FactsOf(bookable);

    /// <summary>What is kept from others, in order.</summary>
    public IReadOnlyList<TimeSlot> Taken => taken;

    private bool IsElsewhere => job is not null && !bookable.HasUnit(job.Machine);

    /// <param name="length"><see langword="null"/> for as long as the job needs.</param>
    /// <param name="window">Within what was read.</param>
    /// <param name="most">So many at most.</param>
    public RuledFits Find(Duration? length, TimeSlot window, int most) =>
        IsElsewhere ? new RuledFits([], [JobElsewhere]) : RuledFits.Find(WishFor(length, window), taken, Check, IsFree, most);

    /// <summary>The last one of a short window.</summary>
    public Fit? FindLast(Duration length, TimeSlot window) => IsElsewhere ? null : RuledFits.FindLast(WishFor(length, window), taken, Check, IsFree);

    /// <summary>At this very start, which need not be on the grid.</summary>
    public Fit? FindAt(TimeSlot slot)
    {
        var fit = new Fit(slot, new TimeSlot(slot.Start - bookable.SetUp, slot.End + bookable.CleanUp));
        return !IsElsewhere && !taken.Any(fit.Kept.Overlaps) && RuledFits.Allows(Check(slot)) && IsFree(fit) ? fit : null;
    }

    private bool IsFree(Fit fit) => room is null || room.Has(fit.Kept);

    private IReadOnlyList<BookingProblem> Check(TimeSlot slot) => BookingRules.Check(
        new WantedBooking(bookable.First.Id, slot),
        known with
        {
            IsAuthorised = !bookable.Policy.RequiresAuthorisation || bookable.AuthorisedUntil >= slot.End,
            JobEstimate = job?.Estimate,
        },
        now);

    private static BookingFacts FactsOf(BookableTime bookable) => (bookable.Ruled ?? new BookingFacts
    {
        Policy = bookable.Policy,
        Outage = bookable.Outage,
        HasOpenFault = bookable.HasOpenFault,
        Clashes = [],
        IsAuthorised = false,
    }) with
    {
        Authorisations = [.. bookable.Ruled?.Authorisations ?? [], .. bookable.Held],

        // Who comes along is only said when booking.
        Supervisors = bookable.Held.Count == 0 ? [] : [new HeldAuthorisation(bookable.First.Id, null)],
    };

    private FitWish WishFor(Duration? length, TimeSlot window) => new()
    {
        Window = window.CutAt(bookable.Window.End),
        Length = length ?? Duration.FromMinutes(BookingForm.MinutesFor(job?.Estimate ?? bookable.Policy.MinimumLength, bookable.Policy)),
        SetUp = bookable.SetUp,
        CleanUp = bookable.CleanUp,
        Grid = new StartGrid(Reading.Availability.Grid, bookable.Zone),
    };
}
