using Fablab.Domain.Machines;
using Fablab.Domain.Reservations;
using Fablab.Web.Api;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Machines;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using NodaTime.Text;

namespace Fablab.Web.Features.Reservations.Reading;

internal sealed record SlotResponse(Instant Start, Instant End)
{
    public static SlotResponse From(TimeSlot slot) => new(slot.Start, slot.End);
}

internal sealed record AvailabilityResponse(
    string Machine, Instant From, Instant To, IReadOnlyList<SlotResponse> Taken, IReadOnlyList<SlotResponse> Openings, MachinePriceResponse Price)
{
    public static AvailabilityResponse Of(MachineAvailability found) => new(
        found.Machine.Machine.Code, found.Window.Start, found.Window.End, [.. found.Taken.Select(SlotResponse.From)],
        [.. found.Openings.Select(SlotResponse.From)], MachinePriceResponse.From(found.Machine.Tariff));
}

internal sealed record OpeningResponse(string Machine, string MachineName, string Site, Instant Start, Instant End, QuoteResponse Quote)
{
    public static OpeningResponse From(Opening opening) => new(
        opening.Machine.Code, opening.Machine.Name, opening.Site, opening.Slot.Start, opening.Slot.End, QuoteResponse.For(opening.Slot, opening.Tariff));
}

internal static class AvailabilityEndpoints
{
    private static readonly Duration DefaultWindow = Duration.FromDays(7);

    public static void MapAvailability(this RouteGroupBuilder api)
    {
        api.MapGet("/machines/{code}/availability", AvailabilityAsync)
            .WithTags("machines").WithName("GetAvailability").WithSummary("When a machine is taken and free between two instants; the next 7 days when left out")
            .WithRefusals("not-found");
        api.MapGet("/openings", OpeningsAsync)
            .WithTags("machines").WithName("FindOpenings").WithSummary("The earliest free slot of a length on every machine that fits, with its price");
    }

    private static async Task<Results<Ok<AvailabilityResponse>, ProblemHttpResult>> AvailabilityAsync(
        string code, string? from, string? to, Availability availability, LabClock clock, CancellationToken ct)
    {
        var found = await availability.OfAsync(code, Window(from, to, clock.Now), ct);
        return found is null ? new NoSuchThing("machine").ToProblem() : TypedResults.Ok(AvailabilityResponse.Of(found));
    }

    private static async Task<Ok<IReadOnlyList<OpeningResponse>>> OpeningsAsync(
        int seconds, string? machine, string? site, string? category, string? from, string? to, Availability availability, LabClock clock, CancellationToken ct)
    {
        if (seconds is < 1 or > 62 * 86_400)
        {
            throw new BadHttpRequestException("'seconds' is the wanted length, from 1 second to 62 days.");
        }

        var found = await availability.FindAsync(Duration.FromSeconds(seconds), machine, site, Category(category), Window(from, to, clock.Now), ct);
        return TypedResults.Ok<IReadOnlyList<OpeningResponse>>([.. found.Select(OpeningResponse.From)]);
    }

    private static TimeSlot Window(string? from, string? to, Instant now)
    {
        var start = Parse("from", from) ?? now;
        var end = Parse("to", to) ?? start + DefaultWindow;
        return end > start && end - start <= Availability.LongestWindow
            ? new TimeSlot(start, end)
            : throw new BadHttpRequestException($"'to' must be after 'from' and at most {Availability.LongestWindow.TotalDays} days later.");
    }

    private static MachineCategory? Category(string? text) => string.IsNullOrEmpty(text) ? null
        : Enum.TryParse<MachineCategory>(text, ignoreCase: true, out var category) && Enum.IsDefined(category) ? category
        : throw new BadHttpRequestException($"'category' is one of {string.Join(", ", Enum.GetNames<MachineCategory>())}.");

    private static Instant? Parse(string name, string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        var parsed = OffsetDateTimePattern.Rfc3339.Parse(text);
        return parsed.Success && LabClock.IsPlausible(parsed.Value.ToInstant())
            ? Instant.FromUnixTimeMilliseconds(parsed.Value.ToInstant().ToUnixTimeMilliseconds())
            : throw new BadHttpRequestException($"'{name}' is no instant like 2026-03-29T07:00:00Z.");
    }
}
