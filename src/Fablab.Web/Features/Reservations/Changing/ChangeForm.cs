using System.Globalization;
using Fablab.Domain.Reservations;
using Fablab.Web.Features.Reservations.Booking;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Changing;

/// <summary>What is typed into the form of a change, kept as typed.</summary>
/// <param name="Machine">Code of the machine or pool that it shall be on.</param>
/// <param name="Version">Of the reservation when its page was opened, so that nobody changes what they have not seen.</param>
public sealed record ChangeForm(BookingForm When, string Machine, string Version)
{
    private static readonly int[] Steps = [0, 15, 30, 60, 90, 120, 180, 240, 480, 720];

    private static readonly Duration Minute = Duration.FromMinutes(1);

    public string Fingerprint => string.Create(CultureInfo.InvariantCulture, $"{When.Fingerprint} {Machine} {Version}");

    public static int MinutesOf(TimeSlot slot) => (int)Math.Ceiling(slot.Length.TotalMinutes);

    public static ChangeForm For(ChangingView of, Instant? start, int? minutes, string? machine) => new(
        BookingForm.For(start ?? of.Reservation.Slot.Start, null, of.At.Machine.Policy, of.Zone) with { Minutes = minutes ?? MinutesOf(of.Reservation.Slot) },
        machine ?? of.At.Code,
        ReservationVersion.Of(of.Reservation));

    public static ChangeForm From(IFormCollection posted) => new(BookingForm.From(posted), posted["machine"].ToString(), posted["version"].ToString());

    /// <summary>Lengths in minutes for one that is used: as it is, and by usual steps longer.</summary>
    public IReadOnlyList<int> LongerThan(TimeSlot present)
    {
        var now = MinutesOf(present);
        return [.. Steps.Select(step => now + step).Append(When.Minutes).Where(minutes => minutes >= now).Distinct().Order()];
    }

    /// <summary>The slot that is meant. A form knows whole minutes: what is left as it is keeps its seconds.</summary>
    public (TimeSlot? Slot, WallClockTrouble Trouble) Read(TimeSlot present, DateTimeZone zone)
    {
        var (slot, trouble) = When.Read(zone);
        if (slot is null || slot.Start > present.Start || slot.Start + Minute <= present.Start)
        {
            return (slot, trouble);
        }

        var end = present.End + Duration.FromMinutes(When.Minutes - MinutesOf(present));
        return end > present.Start ? (new TimeSlot(present.Start, end), trouble) : (null, WallClockTrouble.Unreadable);
    }
}
