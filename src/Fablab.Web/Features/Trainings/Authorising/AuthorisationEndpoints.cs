using Fablab.Domain;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Trainings;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Trainings.Authorising;

/// <param name="IsValid">Now.</param>
/// <param name="ValidUntil">Not valid from here on; left out without an end.</param>
/// <param name="EndsBy">What ends it, or has ended it.</param>
internal sealed record AuthorisationResponse(
    Guid MemberId, string Machine, AuthorisationLevel Level, IReadOnlyList<HoursRequest>? Hours, bool IsValid, Instant GrantedAt, Instant? ValidUntil,
    AuthorisationEnd? EndsBy, int Version)
{
    public static AuthorisationResponse From(MachineAuthorisationRow row, string machine, Instant now) => new(
        row.Member.Value, machine, row.Level, HoursRequest.Of(row.Hours), !(row.ValidUntil <= now), row.GrantedAt, row.ValidUntil, row.EndsBy, row.Version);
}

/// <param name="By">Who did it; left out when it happened by itself.</param>
/// <param name="SessionId">The training session that it came from.</param>
/// <param name="Undoes">Number of the fact that a withdrawal takes back.</param>
internal sealed record AuthorisationFactResponse(
    int Number, AuthorisationFactKind Kind, Instant At, Guid? By, AuthorisationLevel? Level, IReadOnlyList<HoursRequest>? Hours, TermsRequest? Terms, Instant? Until, Guid? CourseId,
    Guid? SessionId, int? Undoes, string? Reason)
{
    public static AuthorisationFactResponse From(AuthorisationFactRow fact) => new(
        fact.Number, fact.Kind, fact.At, fact.By?.Value, fact.Kind is AuthorisationFactKind.Granted ? fact.Level : null, HoursRequest.Of(fact.Hours),
        fact.Terms is { } terms ? TermsRequest.From(terms) : null, fact.Until, fact.Course?.Value, fact.Session?.Value, fact.Undoes, fact.Reason);
}

/// <param name="Email">Left out once the member was erased.</param>
internal sealed record FoundAuthorisationResponse(string Name, string? Email, AuthorisationResponse Authorisation);

internal static class AuthorisationEndpoints
{
    public static void MapAuthorisations(this RouteGroupBuilder api)
    {
        var all = api.MapGroup("/authorisations").WithTags("authorisations");
        all.MapGet("/", ListAsync).WithName("ListAuthorisations").WithSummary("My machine authorisations; with a member, theirs at the sites where I train or manage");
        all.MapPost("/", GrantAsync)
            .WithIdempotencyKey<GrantAuthorisationRequest>()
            .WithName("GrantAuthorisation")
            .WithSummary("Authorise a member for a machine, by a course that one teaches or as a manager of its site")
            .WithRefusals("not-found", "not-allowed");

        api.MapGet("/sites/{site}/authorisations", SearchAsync).WithTags("authorisations").WithName("SearchAuthorisations")
            .WithSummary("Authorisations for the machines of a site where I train or manage, what was granted or renewed last first").WithRefusals("not-found");

        var one = all.MapGroup("/{member:guid}/{machine}").WithRefusals("not-found");
        one.MapGet("/", ReadAsync).WithName("GetAuthorisation").WithSummary("One authorisation, with its version as ETag");
        one.MapGet("/history", HistoryAsync).WithName("GetAuthorisationHistory").WithSummary("All that happened to an authorisation, the oldest first");
        one.MapPost("/renew", RenewAsync).WithName("RenewAuthorisation").WithSummary("Let an authorisation last as long as if it were granted now")
            .WithRefusals("not-allowed", "stale-version", "renewal-needs-training");
        Say(one, "suspend", AuthorisationFactKind.Suspended, "SuspendAuthorisation", "Let an authorisation not be valid until somebody resumes it");
        Say(one, "resume", AuthorisationFactKind.Resumed, "ResumeAuthorisation", "End the suspension of an authorisation");
        Say(one, "revoke", AuthorisationFactKind.Revoked, "RevokeAuthorisation", "End an authorisation; only a new grant brings it back");
    }

    public static string LocationOf(AuthorisationResponse one) => $"{ApiFeature.Base}/authorisations/{one.MemberId}/{one.Machine}";

    private static void Say(RouteGroupBuilder one, string verb, AuthorisationFactKind kind, string name, string summary) => one
        .MapPost($"/{verb}", async Task<Results<Ok<AuthorisationResponse>, ProblemHttpResult>> (
            Guid member, string machine, AuthorisationWordRequest request, [FromHeader(Name = "If-Match")] string? ifMatch, AuthoriseMember authorise, HttpResponse http, CancellationToken ct) =>
            Answer(await authorise.SayAsync(new MemberId(member), machine, kind, request.Reason, ifMatch, ct), http))
        .WithName(name).WithSummary(summary).WithRefusals("not-allowed", "stale-version");

    private static async Task<Ok<IReadOnlyList<AuthorisationResponse>>> ListAsync(
        Guid? member, ReadAuthorisations read, CurrentMember me, Hosting.LabClock clock, CancellationToken ct)
    {
        var found = await read.OfAsync(member is { } other ? new MemberId(other) : me.Id, ct);
        return TypedResults.Ok<IReadOnlyList<AuthorisationResponse>>([.. found.Select(one => AuthorisationResponse.From(one.Row, one.Machine.Code, clock.Now))]);
    }

    private static async Task<Results<Ok<Page<FoundAuthorisationResponse>>, ProblemHttpResult>> SearchAsync(
        string site, string? search, string? machine, string? category, string? state, int? endsWithinDays, string? after, int? limit,
        SearchAuthorisations find, FablabDb db, CurrentMember me, Hosting.LabClock clock, CancellationToken ct)
    {
        site = StorableText.Of(site);
        if (await db.Sites.Where(row => row.Code == site).Select(row => (SiteId?)row.Id).SingleOrDefaultAsync(ct) is not { } id || !me.May(Right.TrainMembers, Subject.At(id)))
        {
            return new NoSuchThing("site").ToProblem();
        }

        var asked = new AuthorisationSearch { Text = search, Machine = machine, Category = Word<MachineCategory>(category, "category"), State = Word<AuthorisationStanding>(state, "state"), EndsWithinDays = endsWithinDays };
        return TypedResults.Ok((await find.ListAsync(id, asked, Cursor.Parse(after), Cursor.Limit(limit), ct))
            .Select(one => new FoundAuthorisationResponse(one.Name, one.Email, AuthorisationResponse.From(one.Row, one.Machine.Code, clock.Now))));
    }

    /// <exception cref="BadHttpRequestException">It is none of the words.</exception>
    private static T? Word<T>(string? text, string name)
        where T : struct, Enum => string.IsNullOrEmpty(text) ? null
        : Enum.TryParse<T>(text, ignoreCase: true, out var word) && Enum.IsDefined(word) ? word
        : throw new BadHttpRequestException($"'{name}' is none of {string.Join(", ", Enum.GetNames<T>().Select(System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName))}.");

    private static async Task<Results<Created<AuthorisationResponse>, ProblemHttpResult>> GrantAsync(
        GrantAuthorisationRequest request, AuthoriseMember authorise, HttpResponse http, CancellationToken ct)
    {
        if (!(await authorise.GrantAsync(request, ct)).TryGet(out var granted, out var refusal))
        {
            return refusal.ToProblem();
        }

        http.Headers.ETag = VersionTag.Of(granted.Version);
        return TypedResults.Created(LocationOf(granted), granted);
    }

    private static async Task<Results<Ok<AuthorisationResponse>, ProblemHttpResult>> ReadAsync(
        Guid member, string machine, ReadAuthorisations read, Hosting.LabClock clock, HttpResponse http, CancellationToken ct) =>
        await read.OneAsync(new MemberId(member), machine, ct) is { } found
            ? Answer(AuthorisationResponse.From(found.Row, found.Machine.Code, clock.Now), http)
            : new NoSuchThing("authorisation").ToProblem();

    private static async Task<Results<Ok<IReadOnlyList<AuthorisationFactResponse>>, ProblemHttpResult>> HistoryAsync(
        Guid member, string machine, ReadAuthorisations read, CancellationToken ct) =>
        await read.OneAsync(new MemberId(member), machine, ct) is { } found
            ? TypedResults.Ok<IReadOnlyList<AuthorisationFactResponse>>([.. (await read.HistoryAsync(found, ct)).Select(AuthorisationFactResponse.From)])
            : new NoSuchThing("authorisation").ToProblem();

    private static async Task<Results<Ok<AuthorisationResponse>, ProblemHttpResult>> RenewAsync(
        Guid member, string machine, RenewAuthorisationRequest request, [FromHeader(Name = "If-Match")] string? ifMatch, AuthoriseMember authorise, HttpResponse http,
        CancellationToken ct) =>
        Answer(await authorise.RenewAsync(new MemberId(member), machine, request.Until, request.Reason, ifMatch, ct), http);

    private static Results<Ok<AuthorisationResponse>, ProblemHttpResult> Answer(Result<AuthorisationResponse> result, HttpResponse http)
    {
        if (!result.TryGet(out var authorisation, out var refusal))
        {
            return refusal.ToProblem();
        }

        http.Headers.ETag = VersionTag.Of(authorisation.Version);
        return TypedResults.Ok(authorisation);
    }
}
