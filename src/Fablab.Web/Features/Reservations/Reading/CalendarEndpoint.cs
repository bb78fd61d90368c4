using System.Security.Cryptography;
using System.Text.Json;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Web.Api;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Reservations.Finding;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Reading;

/// <param name="Start">Of what is booked.</param>
/// <param name="KeptStart">From when the machine is nobody else's, when set-up comes before.</param>
/// <param name="KeptEnd">Until when, when clean-up comes behind.</param>
/// <param name="ReservationId">Mine; those of others stay nameless.</param>
internal sealed record CalendarSlotResponse(Instant Start, Instant End, Instant? KeptStart, Instant? KeptEnd, Guid? ReservationId)
{
    public static CalendarSlotResponse From(TakenTime taken, MemberId me) => new(
        taken.Slot.Start, taken.Slot.End,
        taken.Kept.Start == taken.Slot.Start ? null : taken.Kept.Start, taken.Kept.End == taken.Slot.End ? null : taken.Kept.End,
        taken.Member == me ? taken.Reservation.Value : null);
}

internal sealed record CalendarMachineResponse(string Machine, string Name, MachineCategory Category, bool IsOutOfOrder, IReadOnlyList<CalendarSlotResponse> Taken)
{
    public static CalendarMachineResponse From(CalendarMachine machine, MemberId me) => new(
        machine.Code, machine.Name, machine.Category, machine.IsOutOfOrder, [.. machine.Taken.Select(taken => CalendarSlotResponse.From(taken, me))]);
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
        string site, string? from, string? to, SiteCalendar calendar, CurrentMember me, LabClock clock, IOptions<JsonOptions> json, HttpContext http, CancellationToken ct)
    {
        // Whole minutes, or the calendar from now on would be another one at each request.
        var window = SearchWindow.Parse(from, to, Instant.FromUnixTimeSeconds(clock.Now.ToUnixTimeSeconds() / 60 * 60));
        if (await calendar.OfAsync(site, window, ct) is not { } machines)
        {
            return new NoSuchThing("site").ToProblem();
        }

        var body = JsonSerializer.SerializeToUtf8Bytes(
            new CalendarResponse(site, window.Start, window.End, [.. machines.Select(machine => CalendarMachineResponse.From(machine, me.Id))]), json.Value.SerializerOptions);
        return Answer(http, body);
    }

    // The digest of what is answered can never be older than what is true, whoever wrote it and on whichever node.
    private static IResult Answer(HttpContext http, byte[] body)
    {
        var tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(0, 16))}\"";
        http.Response.Headers.ETag = tag;
        http.Response.Headers.CacheControl = "private, no-cache";
        return http.Request.Headers.IfNoneMatch.ToString().Split(',').Any(known => known.Trim() == tag)
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Bytes(body, "application/json; charset=utf-8");
    }
}
