using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Finding;
using Fablab.Domain.Reservations.Waiting;

namespace Fablab.Domain.Tests.Reservations.Waiting;

/// <summary>A waiting list on the Monday of these tests, and the time of a laser that becomes free.</summary>
internal static class Wishes
{
    public static readonly MachineId Laser = new(new Guid(1, 1, 0, new byte[8]));
    public static readonly SiteId Here = new(new Guid(1, 2, 0, new byte[8]));
    public static readonly Dictionary<MemberId, MemberShare> NobodyUsedAnything = [];

    public static SlotRules Plain { get; } = new() { Step = Duration.FromMinutes(15) };

    public static FreedTime Freed((int, int) from, (int, int) until) => new()
    {
        Machine = Laser,
        Category = MachineCategory.LaserCutter,
        Site = Here,
        Slot = Monday.Slot(from, until),
        Grid = new StartGrid(Duration.FromMinutes(15), DateTimeZone.Utc),
        RulesFor = _ => Plain,
    };

    /// <summary>Wishes for two hours of the laser, some time that Monday; the higher the number, the later they joined.</summary>
    public static WaitingWish Wish(int number) => new()
    {
        Id = Id(number),
        Member = Member(number),
        Target = new WishTarget.OneMachine(Laser),
        Window = Monday.Slot((8, 0), (20, 0)),
        Length = Duration.FromHours(2),
        MinimumLength = Duration.FromHours(1),
        State = WishState.Waiting,
        JoinedAt = Monday.At(0) - Duration.FromDays(7) + Duration.FromHours(number),
    };

    public static WaitingWishId Id(int number) => new(new Guid(number, 3, 0, new byte[8]));

    public static MemberId Member(int number) => new(new Guid(number, 4, 0, new byte[8]));

    public static string Told(IEnumerable<Offer> offers) =>
        string.Join(", ", offers.Select(offer => $"{BitConverter.ToInt32(offer.Wish.Value.ToByteArray())}: {Hours(offer.Slot)}"));

    private static string Hours(TimeSlot slot) => $"{slot.Start:HH:mm}–{slot.End:HH:mm}";
}
