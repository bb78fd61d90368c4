using System.ComponentModel.DataAnnotations;
using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Components;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Members.FirstAdministrator;
using Fablab.Web.Features.People.Guarding;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using NodaTime.Text;

namespace Fablab.Web.Features.People.Profiles;

/// <param name="Language">fr or en; left out to follow the browser.</param>
/// <param name="InvoiceAddress">What invoices to the member name, in lines.</param>
/// <param name="BirthDate">Only where a site asks for it, and of minors.</param>
/// <param name="GuardianName">Of a minor, with the address: who is asked for consent, by a mail.</param>
public sealed record ProfileRequest(
    [property: Required, StringLength(NewAccounts.LongestName, MinimumLength = 1)] string DisplayName,
    [property: RegularExpression("fr|en")] string? Language,
    [property: StringLength(40)] string? Phone,
    [property: StringLength(500)] string? InvoiceAddress,
    LocalDate? BirthDate = null,
    [property: StringLength(100)] string? GuardianName = null,
    [property: EmailAddress, StringLength(256)] string? GuardianEmail = null);

internal sealed record ProfileResponse(string DisplayName, string Email, string? Language, string? Phone, string? InvoiceAddress, LocalDate? BirthDate, string? GuardianName, string? GuardianEmail)
{
    public static ProfileResponse From(Account account) => new(account.DisplayName, account.Email ?? "", account.Language, account.PhoneNumber, account.InvoiceAddress, account.BirthDate, account.GuardianName, account.GuardianEmail);
}

/// <summary>What members say of themselves.</summary>
internal sealed class MyProfile(FablabDb db, CurrentMember me, GuardianConsents consents, AuditTrail audit, LabClock clock)
{
    public Task<Account> ReadAsync(CancellationToken ct)
    {
        var id = me.Id.Value;
        return db.Users.AsNoTracking().SingleAsync(account => account.Id == id, ct);
    }

    /// <summary>What the guardian of a minor was asked last; <see langword="null"/> for who is none.</summary>
    public async Task<GuardianConsentRow?> ConsentAsync(CancellationToken ct)
    {
        var member = me.Id;
        return Minors.IsMinor((await ReadAsync(ct)).BirthDate, clock.Now.InUtc().Date)
            ? await db.GuardianConsents.AsNoTracking().Where(row => row.Member == member).OrderByDescending(row => row.AskedAt).FirstOrDefaultAsync(ct)
            : null;
    }

    public async Task<Result<Account>> ChangeAsync(ProfileRequest request, string? ifMatch, CancellationToken ct)
    {
        var id = me.Id.Value;
        var result = await LabTransaction.RunHoldingAsync<Result<Account>>(db, [id], async () =>
        {
            var account = await db.Users.SingleAsync(row => row.Id == id, ct);
            if (!VersionTag.Fits(TagOf(account), ifMatch))
            {
                return new StaleVersion();
            }

            if (RefusalOf(request, account, clock.Now.InUtc().Date) is { } refusal)
            {
                db.ChangeTracker.Clear();
                return refusal;
            }

            (account.DisplayName, account.Language) = (StorableText.Of(request.DisplayName.Trim()), request.Language);
            (account.PhoneNumber, account.InvoiceAddress) = (Kept(request.Phone), Kept(request.InvoiceAddress));
            (account.BirthDate, account.GuardianName, account.GuardianEmail) = (request.BirthDate ?? account.BirthDate, Kept(request.GuardianName), Kept(request.GuardianEmail));
            if (Minors.IsMinor(account.BirthDate, clock.Now.InUtc().Date))
            {
                await consents.AskWithinAsync(account, ct);
            }

            account.ConcurrencyStamp = Guid.NewGuid().ToString();
            audit.Note("profile-changed", $"account/{id}", concerns: me.Id);
            await db.SaveChangesAsync(ct);
            return account;
        }, ct);
        db.ChangeTracker.Clear();
        return result;
    }

    /// <summary>A minor does not come of age by typing another birth date, and nobody is their own guardian.</summary>
    private static AccountRefused? RefusalOf(ProfileRequest request, Account account, LocalDate today)
    {
        List<string> reasons = [];
        if (request.BirthDate is { } birth && (birth.Year is < 1900 or >= 2200 || (Minors.IsMinor(account.BirthDate, today) && birth < account.BirthDate)))
        {
            reasons.Add("birth-date-invalid");
        }

        if (string.Equals(Kept(request.GuardianEmail), account.Email, StringComparison.OrdinalIgnoreCase) && account.Email is not null)
        {
            reasons.Add("guardian-address-own");
        }

        return reasons.Count == 0 ? null : new AccountRefused(reasons);
    }

    public static string TagOf(Account account) => $"\"{account.ConcurrencyStamp}\"";

    private static string? Kept(string? typed) => typed?.Trim() is { Length: > 0 } said ? StorableText.Of(said) : null;
}

internal static class ProfileEndpoints
{
    public const string PageAddress = "/account/profile";

    public static void MapProfile(this RouteGroupBuilder api)
    {
        var profile = api.MapGroup("/members/me/profile").WithTags("members");
        profile.MapGet("/", async (MyProfile mine, HttpResponse http, CancellationToken ct) => Answer(await mine.ReadAsync(ct), http)).WithName("GetMyProfile").WithSummary("My name, language, phone and address for invoices");
        profile.MapPut("/", ChangeAsync).WithName("SetMyProfile").WithSummary("Change my name, language, phone and address for invoices").WithRefusals("stale-version", "account-refused");
    }

    public static void MapProfilePages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(PageAddress, ShowAsync);
        pages.MapPost(PageAddress, SaveAsync);
    }

    private static async Task<IResult> ShowAsync(string? done, MyProfile mine, CancellationToken ct) =>
        PageResults.Page<ProfilePage>(new { Form = RequestOf(await mine.ReadAsync(ct)), IsSaved = done == "saved", Consent = await mine.ConsentAsync(ct) });

    private static async Task<IResult> SaveAsync(
        [FromForm] string? displayName, [FromForm] string? language, [FromForm] string? phone, [FromForm] string? invoiceAddress, [FromForm] string? birthDate,
        [FromForm] string? guardianName, [FromForm] string? guardianEmail, MyProfile mine, CancellationToken ct)
    {
        var form = new ProfileRequest(displayName?.Trim() ?? "", language is "fr" or "en" ? language : null, phone, PostedText.Of(invoiceAddress), BirthOf(birthDate), guardianName?.Trim(), guardianEmail?.Trim());
        if (form.DisplayName.Length is 0 or > NewAccounts.LongestName || form.Phone is { Length: > 40 } || form.InvoiceAddress is { Length: > 500 }
            || form.GuardianName is { Length: > 100 } || (form.GuardianEmail is { Length: > 0 } address && (address.Length > 256 || !new EmailAddressAttribute().IsValid(address))))
        {
            return PageResults.Page<ProfilePage>(new { Form = form, IsRefused = true }, StatusCodes.Status422UnprocessableEntity);
        }

        if (form.BirthDate is null && !string.IsNullOrWhiteSpace(birthDate))
        {
            return PageResults.Page<ProfilePage>(new { Form = form, Reasons = (IReadOnlyList<string>)["birth-date-invalid"] }, StatusCodes.Status422UnprocessableEntity);
        }

        if (!(await mine.ChangeAsync(form, null, ct)).TryGet(out _, out var refusal))
        {
            var reasons = (refusal as AccountRefused)?.Reasons ?? [];
            return PageResults.Page<ProfilePage>(new { Form = form, IsRefused = reasons.Count == 0, Reasons = reasons }, StatusCodes.Status422UnprocessableEntity);
        }

        return Go.To($"{PageAddress}?done=saved");
    }

    private static LocalDate? BirthOf(string? typed) => LocalDatePattern.Iso.Parse(typed ?? "").TryGetValue(default, out var day) && day.Year is >= 1900 and < 2200 ? day : null;

    private static ProfileRequest RequestOf(Account account) => new(
        account.DisplayName, account.Language, account.PhoneNumber, account.InvoiceAddress, account.BirthDate, account.GuardianName, account.GuardianEmail);

    private static async Task<Results<Ok<ProfileResponse>, ProblemHttpResult>> ChangeAsync(
        ProfileRequest request, [FromHeader(Name = "If-Match")] string? ifMatch, MyProfile mine, HttpResponse http, CancellationToken ct) =>
        (await mine.ChangeAsync(request, ifMatch, ct)).TryGet(out var account, out var refusal) ? Answer(account, http) : refusal.ToProblem();

    private static Ok<ProfileResponse> Answer(Account account, HttpResponse http)
    {
        http.Headers.ETag = MyProfile.TagOf(account);
        return TypedResults.Ok(ProfileResponse.From(account));
    }
}
