using System.ComponentModel.DataAnnotations;
using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Organisations.Verifying;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Fablab.Web.Features.Organisations.SigningUp;

/// <param name="Reason">For its owners.</param>
public sealed record TurnDownRequest([property: Required, StringLength(OrganisationRow.LongestReason, MinimumLength = 1)] string Reason);

internal static class SignUpEndpoints
{
    public static void MapSigningUp(this RouteGroupBuilder api)
    {
        var organisations = api.MapGroup("/organisations").WithTags("organisations");
        organisations.MapPost("/", SignUpAsync)
            .WithIdempotencyKey<OrganisationRequest>()
            .WithName("SignUpOrganisation").WithSummary("Sign up an organisation and become its owner")
            .WithRefusals("organisation-refused", "organisation-known", "too-many-organisations");
        organisations.MapGet("/unverified", UnverifiedAsync).WithName("ListUnverifiedOrganisations")
            .WithSummary("Organisations that are not verified: those that wait, the oldest first, then those that were turned down; empty for members");
        organisations.MapPost("/{id:guid}/verify", VerifyAsync).WithName("VerifyOrganisation").WithSummary("Say that an organisation is who it says")
            .WithRefusals("not-found", "not-allowed", "stale-version", "organisation-known");
        organisations.MapPost("/{id:guid}/turn-down", TurnDownAsync).WithName("TurnDownOrganisation")
            .WithSummary("Refuse an organisation that signed itself up, with a reason that its owners read; they may correct it and so ask again")
            .WithRefusals("not-found", "not-allowed", "stale-version", "organisation-turned-down");
    }

    private static async Task<Results<Created<OrganisationResponse>, ProblemHttpResult>> SignUpAsync(OrganisationRequest request, SignUpOrganisation signUp, CancellationToken ct) =>
        (await signUp.ExecuteAsync(request, ct)).Match<Results<Created<OrganisationResponse>, ProblemHttpResult>>(
            row => TypedResults.Created(OrganisationEndpoints.LocationOf(row.Id), OrganisationResponse.From(row)),
            refusal => refusal.ToProblem());

    private static async Task<Ok<IReadOnlyList<OrganisationResponse>>> UnverifiedAsync(NewOrganisations news, CancellationToken ct) =>
        TypedResults.Ok<IReadOnlyList<OrganisationResponse>>([.. (await news.ListAsync(ct)).Select(OrganisationResponse.From)]);

    private static async Task<Results<Ok<OrganisationResponse>, ProblemHttpResult>> VerifyAsync(
        Guid id, [FromHeader(Name = "If-Match")] string? ifMatch, NewOrganisations news, CancellationToken ct) =>
        Answer(await news.VerifyAsync(new OrganisationId(id), ifMatch, ct));

    private static async Task<Results<Ok<OrganisationResponse>, ProblemHttpResult>> TurnDownAsync(
        Guid id, TurnDownRequest request, [FromHeader(Name = "If-Match")] string? ifMatch, NewOrganisations news, CancellationToken ct) =>
        Answer(await news.TurnDownAsync(new OrganisationId(id), request.Reason, ifMatch, ct));

    private static Results<Ok<OrganisationResponse>, ProblemHttpResult> Answer(Result<OrganisationRow> result) =>
        result.Match<Results<Ok<OrganisationResponse>, ProblemHttpResult>>(row => TypedResults.Ok(OrganisationResponse.From(row)), refusal => refusal.ToProblem());
}
