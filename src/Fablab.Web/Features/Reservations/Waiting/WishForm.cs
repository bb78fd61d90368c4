using System.Globalization;
using Fablab.Domain.Machines;
using Fablab.Domain.Reservations.Waiting;
using Fablab.Web.Features.Machines;
using Fablab.Web.Features.Organisations.Budgeting;
using Fablab.Web.Features.Reservations.Booking;
using NodaTime;
using NodaTime.Text;

namespace Fablab.Web.Features.Reservations.Waiting;

/// <summary>What would do besides the machine whose page it is.</summary>
public enum WishReach
{
    Machine,

    /// <summary>Any machine of its kind at its site.</summary>
    Site,

    /// <summary>Any machine of its kind at all sites.</summary>
    Everywhere,
}

/// <summary>What is typed into the form of a wish, kept as typed so that nothing is lost on a refusal.</summary>
public sealed record WishForm
{
    private static readonly LocalTimePattern TimePattern = LocalTimePattern.CreateWithInvariantCulture("HH:mm");

    /// <summary>In minor units; more is a typing mistake.</summary>
    private const long MostPrice = 100_000_000;

    /// <summary>Whoever stands at the machine does not say until when; nobody stands there for longer.</summary>
    private static readonly Duration StandsFor = Duration.FromHours(4);

    public string Date { get; init; } = "";

    public string From { get; init; } = "";

    public string Until { get; init; } = "";

    /// <summary>It is of no use if it begins later; empty when the window says it all.</summary>
    public string Latest { get; init; } = "";

    public WishReach Reach { get; init; }

    public int Minutes { get; init; }

    /// <summary>A shorter time is of use too, down to the machine's minimum.</summary>
    public bool IsShorterFine { get; init; }

    /// <summary>At most, with VAT, in whole currency units; empty for any.</summary>
    public string Price { get; init; } = "";

    public string Key { get; init; } = "";

    /// <param name="start">Of the slot that was not to be had; <see langword="null"/> for the rest of the day.</param>
    public static WishForm For(Instant? start, Duration? length, Instant now, MachinePolicy policy, DateTimeZone zone)
    {
        var wanted = Duration.Max(policy.MinimumLength, Duration.Min(policy.MaximumLength, length ?? Duration.FromHours(1)));
        var from = (start ?? now).InZone(zone).LocalDateTime;
        var until = start is { } at ? (at + wanted).InZone(zone).TimeOfDay : new LocalTime(20, 0);
        return new WishForm
        {
            Date = LocalDatePattern.Iso.Format(from.Date),
            From = TimePattern.Format(from.TimeOfDay),
            Until = TimePattern.Format(until),
            Minutes = (int)wanted.TotalMinutes,
            IsShorterFine = false,
            Key = Guid.NewGuid().ToString("N"),
        };
    }

    public static WishForm Read(IFormCollection form) => new()
    {
        Date = form["date"].ToString().Trim(),
        From = form["from"].ToString().Trim(),
        Until = form["until"].ToString().Trim(),
        Latest = form["latest"].ToString().Trim(),
        Reach = Enum.TryParse<WishReach>(form["reach"], out var reach) && Enum.IsDefined(reach) ? reach : WishReach.Machine,
        Minutes = int.TryParse(form["minutes"], NumberStyles.None, CultureInfo.InvariantCulture, out var minutes) ? minutes : 0,
        IsShorterFine = form["shorter"] == "on",
        Price = form["price"].ToString().Trim(),
        Key = form["key"].ToString() is { Length: 32 } key ? key : Guid.NewGuid().ToString("N"),
    };

    public IReadOnlyList<int> Lengths(MachinePolicy policy) => BookingForm.UsualLengths(policy, Minutes);

    /// <returns>The wish, or <see langword="null"/> when date or times cannot be read. A window's edge in a skipped or doubled hour is put as wide as it goes.</returns>
    public JoinWaitingListRequest? ToRequest(MachineView view, WishKind kind, DateTimeZone zone, Instant now)
    {
        var policy = view.Machine.Policy;
        var most = AmountText.ToMinor(Price);
        if (Minutes is <= 0 or > 100_000 || (Price.Length > 0 && most is null or 0 or > MostPrice))
        {
            return null;
        }

        var request = new JoinWaitingListRequest
        {
            Machine = view.Code,
            Kind = kind,
            WindowEnd = now + StandsFor,
            Seconds = Minutes * 60L,
            MostPriceMinor = most,
            MinimumSeconds = kind is WishKind.Now || IsShorterFine ? Math.Min(Minutes * 60L, (long)policy.MinimumLength.TotalSeconds) : null,
        };
        if (kind is WishKind.Now)
        {
            return request;
        }

        if (!LocalDatePattern.Iso.Parse(Date).TryGetValue(default, out var date) || !TimePattern.Parse(From).TryGetValue(default, out var from)
            || !TimePattern.Parse(Until).TryGetValue(default, out var until) || !TimePattern.Parse(Latest.Length > 0 ? Latest : Until).TryGetValue(default, out var latest))
        {
            return null;
        }

        // Until an earlier time of day means until the next day.
        var last = (until > from ? date : date.PlusDays(1)).At(until);
        var latestStart = (latest >= from ? date : date.PlusDays(1)).At(latest);
        return request with
        {
            Machine = Reach is WishReach.Machine ? request.Machine : null,
            Category = Reach is WishReach.Machine ? null : view.Machine.Category,
            Site = Reach is WishReach.Site ? view.Site.Code : null,
            WindowStart = Instant.Max(now, Edge(date.At(from), zone, isEnd: false)),
            WindowEnd = Edge(last, zone, isEnd: true),
            LatestStart = Latest.Length > 0 ? Edge(latestStart, zone, isEnd: true) : null,
        };
    }

    private static Instant Edge(LocalDateTime local, DateTimeZone zone, bool isEnd)
    {
        var mapping = zone.MapLocal(local);
        return mapping.Count is 0 ? zone.AtLeniently(local).ToInstant() : (isEnd ? mapping.Last() : mapping.First()).ToInstant();
    }
}
