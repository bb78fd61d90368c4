using System.Globalization;
using Fablab.Domain.Machines;
using Fablab.Domain.Reservations;
using NodaTime;
using NodaTime.Text;

namespace Fablab.Web.Features.Reservations.Booking;

/// <summary>What is typed into the booking form, kept as typed so that nothing is lost on a refusal.</summary>
public sealed record BookingForm
{
    private static readonly LocalTimePattern[] Times = [LocalTimePattern.CreateWithInvariantCulture("HH:mm"), LocalTimePattern.CreateWithInvariantCulture("HH:mm:ss")];

    /// <summary>As many as a request to the API may name.</summary>
    private const int MostAccepted = 20;

    /// <summary>No booking is longer, whatever its machine's rules are.</summary>
    public const int MostMinutes = 366 * 1440;

    private static readonly int[] UsualMinutes = [15, 30, 45, 60, 90, 120, 180, 240, 360, 480, 720, 1440, 2880];

    /// <summary><c>2026-11-24</c></summary>
    public string Date { get; init; } = "";

    /// <summary><c>14:00</c>, by the site's wall clock.</summary>
    public string Time { get; init; } = "";

    public int Minutes { get; init; }

    /// <summary><c>first</c> or <c>second</c> of a doubled hour.</summary>
    public string? Which { get; init; }

    public Guid? Project { get; init; }

    public Guid? Job { get; init; }

    /// <summary>What it is for.</summary>
    public string Title { get; init; } = "";

    /// <summary>E-mail address of the member who will use the machine; empty for oneself.</summary>
    public string Holder { get; init; } = "";

    /// <summary>Who comes along, one a line: e-mail address of a member, or name of a guest.</summary>
    public string With { get; init; } = "";

    public IReadOnlyList<string> WithNames => With.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Who is meant by <see cref="Holder"/>, once that was looked up.</summary>
    public Guid? ForMember { get; init; }

    /// <summary>Who is meant by <see cref="With"/>, once that was looked up.</summary>
    public IReadOnlyList<CompanionRequest> Company { get; init; } = [];

    public PeopleTrouble PeopleTrouble { get; init; }

    /// <summary>What the price was shown for; confirming anything else shows the new price first.</summary>
    public string? Seen { get; init; }

    /// <summary>Codes of the problems that were shown beside the button: whoever confirms books in spite of those that they may lift.</summary>
    public IReadOnlyList<string> Accepted { get; init; } = [];

    /// <summary>Made with the form: sent twice, it books once.</summary>
    public string Key { get; init; } = "";

    /// <summary><see langword="null"/> when there is no such day, or none on which anybody books.</summary>
    public LocalDate? Day => LocalDatePattern.Iso.Parse(Date).TryGetValue(default, out var date) && date.Year is >= 2000 and < 2200 ? date : null;

    /// <summary>The start by the site's wall clock, whether it exists or not.</summary>
    public LocalDateTime? LocalStart => Day is { } date && TimeOf() is { } time ? date.At(time) : null;

    public string Fingerprint => string.Create(CultureInfo.InvariantCulture, $"{Date} {Time} {Minutes} {Which} {Project} {Job} {Holder} {string.Join('+', WithNames)}");

    /// <summary>A new form for a slot; the start falls on the machine's steps and the length within its limits.</summary>
    public static BookingForm For(Instant start, Duration? length, MachinePolicy policy, DateTimeZone zone)
    {
        var local = start.InZone(zone);
        var wanted = Duration.Max(policy.MinimumLength, Duration.Min(policy.MaximumLength, length ?? Duration.FromHours(1)));
        return new BookingForm
        {
            Date = LocalDatePattern.Iso.Format(local.Date),
            Time = Times[0].Format(local.TimeOfDay),
            Minutes = MinutesFor(wanted, policy),
            Which = zone.MapLocal(local.LocalDateTime) is { Count: 2 } both ? (both.First().ToInstant() == start ? "first" : "second") : null,
            Key = Guid.NewGuid().ToString("N"),
        };
    }

    /// <summary>The shortest length the machine can be booked for that holds this.</summary>
    public static int MinutesFor(Duration length, MachinePolicy policy) =>
        (int)Math.Ceiling(Duration.Max(length, policy.MinimumLength) / policy.Granularity) * (int)policy.Granularity.TotalMinutes;

    public static BookingForm From(IFormCollection form) => new()
    {
        Date = form["date"].ToString().Trim(),
        Time = form["time"].ToString().Trim(),
        Minutes = int.TryParse(form["minutes"], NumberStyles.None, CultureInfo.InvariantCulture, out var minutes) ? minutes : 0,
        Which = form["which"].ToString() is ("first" or "second") and var which ? which : null,
        Project = Guid.TryParse(form["project"], out var project) ? project : null,
        Job = Guid.TryParse(form["job"], out var job) ? job : null,
        Title = form["title"].ToString() is var title && title.Length > BookingWish.LongestTitle ? title[..BookingWish.LongestTitle] : form["title"].ToString(),
        Holder = form["for"].ToString().Trim(),
        With = form["with"].ToString(),
        Seen = form["seen"],
        Accepted = [.. form["accept"].OfType<string>().Take(MostAccepted)],
        Key = form["key"].ToString() is { Length: 32 } key ? key : Guid.NewGuid().ToString("N"),
    };

    /// <summary>The usual lengths that the machine allows, and the one that is chosen.</summary>
    public IReadOnlyList<int> Lengths(MachinePolicy policy) => UsualLengths(policy, Minutes);

    /// <summary>In minutes, the shortest first.</summary>
    /// <param name="chosen">Is among them whatever the machine allows; nothing when 0.</param>
    public static IReadOnlyList<int> UsualLengths(MachinePolicy policy, int chosen) =>
    [
        .. UsualMinutes
            .Where(minutes => minutes >= policy.MinimumLength.TotalMinutes && minutes <= policy.MaximumLength.TotalMinutes && minutes % policy.Granularity.TotalMinutes == 0)
            .Append(chosen)
            .Where(minutes => minutes > 0)
            .Distinct()
            .Order(),
    ];

    /// <summary>Turns wall-clock time into an instant, once. A skipped hour is refused and a doubled one is asked about.</summary>
    public (TimeSlot? Slot, WallClockTrouble Trouble) Read(DateTimeZone zone)
    {
        if (LocalStart is not { } local || Minutes is <= 0 or > MostMinutes)
        {
            return (null, WallClockTrouble.Unreadable);
        }

        var mapping = zone.MapLocal(local);
        return (mapping.Count, Which) switch
        {
            (0, _) => (null, WallClockTrouble.Skipped),
            (2, null) => (null, WallClockTrouble.Doubled),
            (2, "second") => (SlotAt(mapping.Last()), WallClockTrouble.None),
            _ => (SlotAt(mapping.First()), WallClockTrouble.None),
        };
    }

    /// <summary>The clock is there twice at this time, so the form must ask.</summary>
    public bool IsDoubled(DateTimeZone zone) =>
        LocalStart is { } local && zone.MapLocal(local).Count == 2;

    /// <summary>What of it another form is opened with. A title is nobody's but the reader's, so it is not put into addresses.</summary>
    public string ToQuery() =>
        $"date={Uri.EscapeDataString(Date)}&time={Uri.EscapeDataString(Time)}&minutes={Minutes.ToString(CultureInfo.InvariantCulture)}"
        + $"&project={Project}" + PeopleToQuery();

    /// <summary>As long as it makes no address that a server would not take.</summary>
    public string PeopleToQuery() =>
        (Holder.Length > 0 ? $"&for={Uri.EscapeDataString(Holder)}" : "") + (With.Length is > 0 and <= 1000 ? $"&with={Uri.EscapeDataString(With)}" : "");

    public BookMachineRequest RequestFor(string machine, TimeSlot slot) =>
        new() { Machine = machine, Start = slot.Start, End = slot.End, ProjectId = Project, Title = Title, JobId = Job, ForMember = ForMember, Company = Company };

    private LocalTime? TimeOf()
    {
        foreach (var pattern in Times)
        {
            if (pattern.Parse(Time).TryGetValue(default, out var time))
            {
                return time;
            }
        }

        return null;
    }

    private TimeSlot SlotAt(ZonedDateTime start) => new(start.ToInstant(), start.ToInstant() + Duration.FromMinutes(Minutes));
}

/// <summary>Why date and time name no instant.</summary>
public enum WallClockTrouble
{
    None,
    Unreadable,

    /// <summary>The clocks go forward over it.</summary>
    Skipped,

    /// <summary>The clocks go back over it, so it comes twice.</summary>
    Doubled,
}
