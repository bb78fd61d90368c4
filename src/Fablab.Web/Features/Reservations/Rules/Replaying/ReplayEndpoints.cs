using System.Text.Json;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Rules.Replaying;

/// <summary>A draft of a rule book, as <see cref="EditRulesRequest"/> takes it, and the past to try it on.</summary>
public sealed record ReplayRulesRequest
{
    public required JsonElement Rules { get; init; }

    /// <summary>Not looked at; so that the same draft can be sent to be tried and to be written.</summary>
    public string? Note { get; init; }

    /// <summary>Bookings whose slots begin then or later.</summary>
    public required Instant From { get; init; }

    /// <summary>Bookings whose slots begin before.</summary>
    public required Instant To { get; init; }
}

internal sealed record ReplayedProblemResponse(string Code, int Bookings);

/// <param name="Start">Of the slot as it was booked, or last moved.</param>
/// <param name="IsNew">The rules in force would have let it through.</param>
internal sealed record ReplayedBookingResponse(
    Guid ReservationId, string Machine, string MachineName, string Member, Instant Start, Instant End, bool IsNew, IReadOnlyList<BookingProblem> Problems);

/// <summary>What a draft would have done.</summary>
/// <param name="Bookings">How many were looked at.</param>
/// <param name="Refused">How many of them the draft would have refused.</param>
/// <param name="NewlyRefused">How many of those the rules in force would have let through.</param>
/// <param name="RefusedInForce">How many the rules in force would refuse if they were booked again.</param>
/// <param name="Problems">How many bookings have each problem; one booking may have several.</param>
/// <param name="List">The refused ones, the new ones first.</param>
/// <param name="IsListCut">More are refused than are listed.</param>
/// <param name="NotKnown">What no replay can know, by stable names that docs/booking-rules.md tells.</param>
internal sealed record ReplayResponse(
    Instant From, Instant To, int Bookings, int Refused, int NewlyRefused, int RefusedInForce,
    IReadOnlyList<ReplayedProblemResponse> Problems, IReadOnlyList<ReplayedBookingResponse> List, bool IsListCut, IReadOnlyList<string> NotKnown)
{
    public static ReplayResponse Of(ReplayOutcome outcome) => new(
        outcome.Window.Start, outcome.Window.End, outcome.Bookings, outcome.Refused, outcome.NewlyRefused, outcome.RefusedInForce,
        [.. outcome.Problems.Select(problem => new ReplayedProblemResponse(problem.Code, problem.Bookings))],
        [.. outcome.Listed.Select(one => new ReplayedBookingResponse(
            one.Reservation.Value, one.Machine.Code, one.Machine.Name, one.Member, one.Slot.Start, one.Slot.End, one.IsNew, one.Problems))],
        outcome.Refused > outcome.Listed.Count,
        ReplayRules.NotKnown);
}

internal static class ReplayEndpoints
{
    public static void MapRuleReplay(this RouteGroupBuilder api)
    {
        api.MapPost("/rules/replay", (ReplayRulesRequest request, ReplayRules replay, CancellationToken ct) => ReplayAsync(null, request, replay, ct))
            .WithTags("rules").WithName("ReplayLabRules").WithSummary("Try a draft of the lab's booking rules on past bookings; nothing is changed")
            .WithRefusals("not-allowed", "rules-malformed", "replay-too-large");
        api.MapPost("/sites/{code}/rules/replay", ReplaySiteAsync)
            .WithTags("rules").WithName("ReplaySiteRules").WithSummary("Try a draft of a site's booking rules on past bookings there; nothing is changed")
            .WithRefusals("not-found", "not-allowed", "rules-malformed", "replay-too-large");
    }

    private static async Task<Results<Ok<ReplayResponse>, ProblemHttpResult>> ReplaySiteAsync(
        string code, ReplayRulesRequest request, FablabDb db, ReplayRules replay, CancellationToken ct) =>
        await RuleEndpoints.SiteAsync(db, code, ct) is { } site ? await ReplayAsync(site, request, replay, ct) : new NoSuchThing("site").ToProblem();

    private static async Task<Results<Ok<ReplayResponse>, ProblemHttpResult>> ReplayAsync(SiteId? site, ReplayRulesRequest request, ReplayRules replay, CancellationToken ct)
    {
        if (request.To <= request.From || !LabClock.IsPlausible(request.From) || !LabClock.IsPlausible(request.To))
        {
            throw new BadHttpRequestException("'to' must be after 'from', both between 2000 and 2200.");
        }

        if (!EditRules.Parse(request.Rules).TryGet(out var draft, out var malformed))
        {
            return malformed.ToProblem();
        }

        return (await replay.ExecuteAsync(site, draft, new TimeSlot(request.From, request.To), ct)).TryGet(out var outcome, out var refusal)
            ? TypedResults.Ok(ReplayResponse.Of(outcome))
            : refusal.ToProblem();
    }
}
