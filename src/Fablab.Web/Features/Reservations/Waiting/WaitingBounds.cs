using NodaTime;

namespace Fablab.Web.Features.Reservations.Waiting;

/// <summary>How much there may be of everything on the waiting list.</summary>
internal static class WaitingBounds
{
    /// <summary>Nobody has more open wishes than this.</summary>
    public const int MostOpenWishes = 10;

    /// <summary>Who joined later than this many others of a machine is not looked at until some of them leave.</summary>
    public const int MostInLine = 200;

    /// <summary>A wish for a kind of machine is looked for on this many machines.</summary>
    public const int MostMachines = 200;

    /// <summary>One look at a machine makes no more offers than this; the rest follows with the next sweep.</summary>
    public const int MostOffersInALook = 20;

    /// <summary>A wish remembers this many offers that came to nothing.</summary>
    public const int MostMissed = 20;

    /// <summary>A sweep handles this many due rows; the rest is due at the next one.</summary>
    public const int MostInASweep = 500;

    /// <summary>Bookings of this many are read to know who used how much.</summary>
    public const int MostShares = 20_000;

    public static readonly Duration ShortestWish = Duration.FromMinutes(5);

    public static readonly Duration LongestWindow = Duration.FromDays(92);

    /// <summary>Nobody stands at a machine for longer.</summary>
    public static readonly Duration LongestNowWindow = Duration.FromHours(12);

    /// <summary>Whoever stands at the machine answers sooner.</summary>
    public static readonly Duration NowHold = Duration.FromMinutes(5);

    /// <summary>A machine whose set-up or clean-up ends within this time counts as free now.</summary>
    public static readonly Duration NowSlack = Duration.FromMinutes(15);

    /// <summary>Machines become free without anybody saying so when a slot simply ends: wishes for now look this often.</summary>
    public static readonly Duration NowLooks = Duration.FromMinutes(1);

    /// <summary>Whoever took a wish to look at it and did not come back, has lost it after this time.</summary>
    public static readonly Duration LookLease = Duration.FromMinutes(2);

    /// <summary>Use that is older than this does not weigh any more.</summary>
    public static readonly Duration SharesReachBack = Duration.FromDays(56);
}
