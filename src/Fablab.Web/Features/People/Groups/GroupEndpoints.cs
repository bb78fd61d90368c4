using System.Security.Cryptography;
using System.Text;
using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Components;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.People.Browsing;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using NodaTime;
using NodaTime.Text;

namespace Fablab.Web.Features.People.Groups;

/// <param name="MayBeAskedFor">Members see it and may ask to belong to it.</param>
internal sealed record TariffGroupResponse(Guid Id, string Code, string Name, bool MayBeAskedFor)
{
    public static TariffGroupResponse From(TariffGroupRow row) => new(row.Id.Value, row.Code, row.Name, row.MayBeAskedFor);
}

internal static class GroupEndpoints
{
    private const string PageAddress = "/people/groups";

    /// <summary>Of all that changes.</summary>
    public static string TagOf(TariffGroupRow row) => $"\"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{row.MayBeAskedFor} {row.Name}")))[..16]}\"";

    public static void MapTariffGroups(this RouteGroupBuilder api)
    {
        var groups = api.MapGroup("/tariff-groups").WithTags("members").WithRefusals("not-found");
        groups.MapGet("/", ListAsync).WithName("ListTariffGroups").WithSummary("Groups of people with one price and one set of rules, for staff");
        groups.MapPost("/", CreateAsync).WithName("CreateTariffGroup").WithSummary("Make a tariff group").WithRefusals("group-code-taken");
        groups.MapPut("/{id:guid}", RenameAsync).WithName("RenameTariffGroup").WithSummary("Give a tariff group another name, and say whether members may ask for it").WithRefusals("stale-version");
        var member = api.MapGroup("/members/{member:guid}/groups").WithTags("members").WithRefusals("not-found");
        member.MapPost("/", PutAsync).WithName("PutIntoTariffGroup").WithSummary("Put a member into a tariff group, from and until, with the proof that was seen").WithRefusals("group-membership-refused");
        member.MapPost("/{id:guid}/end", EndAsync).WithName("TakeOutOfTariffGroup").WithSummary("Let a member belong to a tariff group no more, from now on");
    }

    public static void MapGroupPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(PageAddress, (TariffGroups groups, CancellationToken ct) => ShowAsync(groups, null, null, null, ct));
        pages.MapPost(PageAddress, async ([FromForm] Guid? id, [FromForm] string? code, [FromForm] string? name, [FromForm] bool? askable, TariffGroups groups, CancellationToken ct) =>
        {
            var said = name?.Trim() ?? "";
            if (said.Length is 0 or > 100 || (id is null && (code is not { Length: > 0 and <= 40 } || !code.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-'))))
            {
                return await ShowAsync(groups, "group-unreadable", code, name, ct);
            }

            var refusal = id is { } known
                ? (await groups.RenameAsync(new TariffGroupId(known), said, askable ?? false, null, ct)).Refusal
                : (await groups.CreateAsync(new TariffGroupRequest(code!, said, askable ?? false), ct)).Refusal;
            return refusal switch
            {
                null => Go.To(PageAddress),
                NoSuchThing => PageResults.NotFound(),
                _ => await ShowAsync(groups, refusal.Code, code, name, ct),
            };
        });
        pages.MapPost("/people/{member:guid}/groups", async (
            Guid member, [FromForm] Guid? group, [FromForm] string? from, [FromForm] string? until, [FromForm] string? proof, [FromForm] Guid? end, TariffGroups groups, MemberPages page,
            IDateTimeZoneProvider zones, IOptions<WebOptions> web, CancellationToken ct) =>
        {
            var zone = zones[web.Value.TimeZone];
            return await page.AnswerAsync(
                member,
                end is { } id
                    ? await groups.EndAsync(new MemberId(member), id, ct)
                    : IsUnreadable(from) || IsUnreadable(until)
                    ? new GroupMembershipRefused("day-unreadable")
                    : (await groups.PutAsync(
                        new MemberId(member),
                        new PutIntoGroupRequest(
                            group ?? Guid.Empty, DayOf(from)?.AtStartOfDayInZone(zone).ToInstant(), DayOf(until)?.PlusDays(1).AtStartOfDayInZone(zone).ToInstant(),
                            proof is { Length: > 500 } ? proof[..500] : proof),
                        ct)).Refusal,
                ct);
        });
    }

    /// <summary>The last day of a stretch belongs to it.</summary>
    public static LocalDate? DayOf(string? typed) => LocalDatePattern.Iso.Parse(typed ?? "").TryGetValue(default, out var day) && day.Year is >= 2000 and < 2190 ? day : null;

    /// <summary>Something is typed and is no day: that is not the same as none, which would be without an end.</summary>
    public static bool IsUnreadable(string? typed) => !string.IsNullOrWhiteSpace(typed) && DayOf(typed) is null;

    private static async Task<IResult> ShowAsync(TariffGroups groups, string? refused, string? code, string? name, CancellationToken ct) => groups.MayEdit
        ? PageResults.Page<GroupsPage>(
            new { Groups = await groups.ListAsync(ct), Refused = refused, Code = code, Name = name }, refused is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity)
        : PageResults.NotFound();

    private static async Task<Results<Ok<IReadOnlyList<TariffGroupResponse>>, ProblemHttpResult>> ListAsync(TariffGroups groups, CancellationToken ct) => groups.MayEdit
        ? TypedResults.Ok<IReadOnlyList<TariffGroupResponse>>([.. (await groups.ListAsync(ct)).Select(TariffGroupResponse.From)])
        : new NoSuchThing("tariff-groups").ToProblem();

    private static async Task<Results<Created<TariffGroupResponse>, ProblemHttpResult>> CreateAsync(TariffGroupRequest request, TariffGroups groups, HttpResponse http, CancellationToken ct)
    {
        if (!(await groups.CreateAsync(request, ct)).TryGet(out var group, out var refusal))
        {
            return refusal.ToProblem();
        }

        http.Headers.ETag = TagOf(group);
        return TypedResults.Created($"{ApiFeature.Base}/tariff-groups/{group.Id}", TariffGroupResponse.From(group));
    }

    private static async Task<Results<Ok<TariffGroupResponse>, ProblemHttpResult>> RenameAsync(
        Guid id, RenameTariffGroupRequest request, [FromHeader(Name = "If-Match")] string? ifMatch, TariffGroups groups, HttpResponse http, CancellationToken ct)
    {
        if (!(await groups.RenameAsync(new TariffGroupId(id), request.Name, request.MayBeAskedFor, ifMatch, ct)).TryGet(out var group, out var refusal))
        {
            return refusal.ToProblem();
        }

        http.Headers.ETag = TagOf(group);
        return TypedResults.Ok(TariffGroupResponse.From(group));
    }

    private static async Task<Results<Created<GroupMembershipResponse>, ProblemHttpResult>> PutAsync(Guid member, PutIntoGroupRequest request, TariffGroups groups, CancellationToken ct)
    {
        if (!(await groups.PutAsync(new MemberId(member), request, ct)).TryGet(out var row, out var refusal))
        {
            return refusal.ToProblem();
        }

        var name = (await groups.ListAsync(ct)).First(group => group.Id == row.Group).Name;
        return TypedResults.Created($"{ApiFeature.Base}/members/{member}", new GroupMembershipResponse(row.Id, row.Group.Value, name, row.From, row.Until, row.Proof));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> EndAsync(Guid member, Guid id, TariffGroups groups, CancellationToken ct) =>
        await groups.EndAsync(new MemberId(member), id, ct) is { } refusal ? refusal.ToProblem() : TypedResults.NoContent();
}
