using System.ComponentModel.DataAnnotations;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Data.Rows;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;

namespace Fablab.Web.Features.Organisations.OwnTokens;

public sealed record CreateOrganisationTokenRequest(
    [property: Required, StringLength(OrganisationTokenRow.LongestName, MinimumLength = 1)] string Name,
    [property: Range(1, 366)] int? Days);

/// <param name="LastUsedAt">To the hour; left out when it never was.</param>
internal sealed record OrganisationTokenResponse(Guid Id, string Name, Instant CreatedAt, Instant? LastUsedAt, Instant ExpiresAt)
{
    public static OrganisationTokenResponse From(OrganisationTokenRow token) => new(token.Id, token.Name, token.CreatedAt, token.LastUsedAt, token.ExpiresAt);
}

/// <param name="Token">The secret, shown this once.</param>
internal sealed record CreatedOrganisationTokenResponse(Guid Id, string Name, string Token, Instant ExpiresAt);

internal static class OrganisationTokenEndpoints
{
    public static void MapOwnTokens(this RouteGroupBuilder organisation)
    {
        var tokens = organisation.MapGroup("/tokens").WithRefusals("not-allowed");

        // Without Idempotency-Key: an answer that is kept for a repeat would keep the secret.
        tokens.MapPost("/", CreateAsync).WithName("CreateOrganisationToken")
            .WithSummary("Make an access token of the organisation's own, which reads what is the organisation's; its secret is shown this once")
            .WithRefusals("too-many-tokens", "confirmation-needed");
        tokens.MapGet("/", ListAsync).WithName("ListOrganisationTokens").WithSummary("The organisation's own access tokens that work now");
        tokens.MapDelete("/{token:guid}", RevokeAsync).WithName("RevokeOrganisationToken").WithSummary("Take an access token of the organisation back, at once");
    }

    private static async Task<Results<Created<CreatedOrganisationTokenResponse>, ProblemHttpResult>> CreateAsync(
        Guid id, CreateOrganisationTokenRequest request, OrganisationTokens tokens, CancellationToken ct)
    {
        var result = await tokens.CreateAsync(new OrganisationId(id), request.Name, request.Days is { } days ? Duration.FromDays(days) : null, ct);
        return result.Match<Results<Created<CreatedOrganisationTokenResponse>, ProblemHttpResult>>(
            made => TypedResults.Created(
                $"{OrganisationEndpoints.LocationOf(made.Token.Organisation)}/tokens/{made.Token.Id}",
                new CreatedOrganisationTokenResponse(made.Token.Id, made.Token.Name, made.Secret, made.Token.ExpiresAt)),
            refusal => refusal.ToProblem());
    }

    private static async Task<Results<Ok<IReadOnlyList<OrganisationTokenResponse>>, ProblemHttpResult>> ListAsync(Guid id, OrganisationTokens tokens, CancellationToken ct) =>
        (await tokens.ListAsync(new OrganisationId(id), ct)).Match<Results<Ok<IReadOnlyList<OrganisationTokenResponse>>, ProblemHttpResult>>(
            rows => TypedResults.Ok<IReadOnlyList<OrganisationTokenResponse>>([.. rows.Select(OrganisationTokenResponse.From)]),
            refusal => refusal.ToProblem());

    private static async Task<Results<NoContent, ProblemHttpResult>> RevokeAsync(Guid id, Guid token, OrganisationTokens tokens, CancellationToken ct) =>
        (await tokens.RevokeAsync(new OrganisationId(id), token, ct)).Match<Results<NoContent, ProblemHttpResult>>(_ => TypedResults.NoContent(), refusal => refusal.ToProblem());
}
