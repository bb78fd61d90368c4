using Fablab.Domain.Reservations;
using Fablab.Web.Features.Desks;
using Fablab.Web.Features.Machines;
using NodaTime;
using NodaTime.Text;

namespace Fablab.Web.Features.Machines.Managing;

/// <summary>A machine taken out of order as staff type it.</summary>
/// <param name="Until">By the site's wall clock, <c>2026-03-02T14:30</c>; empty when nobody knows.</param>
public sealed record OutageForm(string Reason, string Until)
{
    private static readonly LocalDateTimePattern Typed = LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm");

    public bool IsReasonWrong { get; init; }

    public bool IsUntilWrong { get; init; }

    public static OutageForm Of(MachineView view, DateTimeZone zone, Instant now) => new(
        view.Machine.OutOfOrderReason ?? "", view.Machine.OutageAt(now)?.Until is { } until ? Typed.Format(until.InZone(zone).LocalDateTime) : "");

    public static OutageForm From(IFormCollection form) => new(form["reason"].ToString().Trim(), form["until"].ToString().Trim());

    /// <returns>The time, if any, and the form with what is wrong with it. An hour that the clock skips is none; of a doubled one it is the first.</returns>
    public (Instant? Until, OutageForm Form) Read(DateTimeZone zone, Instant now)
    {
        var until = Typed.Parse(Until).TryGetValue(default, out var local) && local.Year is > 2000 and < 2200 && zone.MapLocal(local) is { Count: > 0 } times ? times.First().ToInstant() : (Instant?)null;
        return (until, this with
        {
            IsReasonWrong = Reason.Length is 0 or > UseDesk.LongestReason,
            IsUntilWrong = Until.Length > 0 && !(until > now && until <= now + UseDesk.LongestOutage),
        });
    }
}

/// <summary>Somebody's booking of the machine.</summary>
public sealed record BookedAhead(Reservation Reservation, string Holder);
