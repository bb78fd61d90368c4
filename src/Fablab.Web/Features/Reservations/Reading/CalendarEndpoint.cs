using System.Buffers.Binary;
using System.Security.Cryptography;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Web.Api;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Reservations.Finding;
using Fablab.Web.Hosting;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Reading;

/// <param name="Start">Of what is booked.</param>
/// <param name="KeptStart">From when the machine is nobody else's, when set-up comes before.</param>
/// <param name="KeptEnd">Until when, when clean-up comes behind.</param>
/// <param name="ReservationId">Mine; those of others stay nameless.</param>
internal sealed record CalendarSlotResponse(Instant Start, Instant End, Instant? KeptStart, Instant? KeptEnd, Guid? ReservationId)
{
    public static CalendarSlotResponse From(CalendarTime taken) => new(
        taken.Slot.Start, taken.Slot.End,
        taken.Kept.Start == taken.Slot.Start ? null : taken.Kept.Start, taken.Kept.End == taken.Slot.End ? null : taken.Kept.End,
        taken.Reservation?.Value);
}

/// <param name="OutOfOrderUntil">When it is expected to be back; left out when nobody knows.</param>
/// <param name="StoppedBy">Why nobody books it now although it is in order; left out when it may be booked.</param>
internal sealed record CalendarMachineResponse(
    string Machine, string Name, MachineCategory Category, bool IsOutOfOrder, Instant? OutOfOrderUntil, BookingStop? StoppedBy, IReadOnlyList<CalendarSlotResponse> Taken)
{
    public static CalendarMachineResponse From(CalendarMachine machine) => new(
        machine.Code, machine.Name, machine.Category, machine.Outage is not null, machine.Outage?.Until, machine.StoppedBy, [.. machine.Taken.Select(CalendarSlotResponse.From)]);
}

internal sealed record CalendarResponse(string Site, Instant From, Instant To, IReadOnlyList<CalendarMachineResponse> Machines);

internal static class CalendarEndpoint
{
    public static void MapCalendar(this RouteGroupBuilder api) => api
        .MapGet("/calendar", HandleAsync)
        .Produces<CalendarResponse>()
        .Produces(StatusCodes.Status304NotModified)
        .WithTags("machines")
        .WithName("GetCalendar")
        .WithSummary("What is taken on all machines of a site between two instants; the next 7 days when left out")
        .WithRefusals("not-found");

    private static async Task<IResult> HandleAsync(
        string site, string? from, string? to, SiteCalendar calendar, CurrentMember me, LabClock clock, HttpContext http, CancellationToken ct)
    {
        // Whole minutes, or the calendar from now on would be another one at each request.
        var window = SearchWindow.Parse(from, to, Instant.FromUnixTimeSeconds(clock.Now.ToUnixTimeSeconds() / 60 * 60));
        if (await calendar.StampsAsync(site, ct) is not { } stamps)
        {
            return new NoSuchThing("site").ToProblem();
        }

        // Read before the calendar: what is written in between makes the answer newer than its tag, and the next one is sent again.
        var tag = TagOf(me.Id, window, stamps);
        http.Response.Headers.ETag = tag;
        http.Response.Headers.CacheControl = "private, no-cache";
        if (http.Request.Headers.IfNoneMatch.ToString().Split(',').Any(known => known.Trim() == tag))
        {
            return TypedResults.StatusCode(StatusCodes.Status304NotModified);
        }

        var machines = await calendar.OfAsync(site, window, new CalendarReader(me.Id, SeesAll: false), ct) ?? [];
        return TypedResults.Ok(new CalendarResponse(site, window.Start, window.End, [.. machines.Select(CalendarMachineResponse.From)]));
    }

    /// <summary>Of all that the answer depends on: who reads, which time, the machines with their stamps, and this very program.</summary>
    private static string TagOf(MemberId me, TimeSlot window, IReadOnlyList<long> stamps)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        digest.AppendData(typeof(CalendarEndpoint).Module.ModuleVersionId.ToByteArray());
        digest.AppendData(me.Value.ToByteArray());
        Span<byte> number = stackalloc byte[sizeof(long)];
        foreach (var instant in new[] { window.Start, window.End })
        {
            BinaryPrimitives.WriteInt64LittleEndian(number, instant.ToUnixTimeTicks());
            digest.AppendData(number);
        }

        foreach (var stamp in stamps)
        {
            BinaryPrimitives.WriteInt64LittleEndian(number, stamp);
            digest.AppendData(number);
        }

        return $"\"{Convert.ToHexStringLower(digest.GetHashAndReset().AsSpan(0, 16))}\"";
    }
}
