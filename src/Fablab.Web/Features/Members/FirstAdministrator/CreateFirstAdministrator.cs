using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Members.FirstAdministrator;

/// <summary>The account cannot be made like this: the password is too short or the address is none.</summary>
/// <param name="Reasons">Any of <c>password-too-short</c>, <c>password-too-long</c>, <c>password-common</c>, <c>address-invalid</c>, <c>address-taken</c> (told to nobody but whoever has the code from the log), <c>name-invalid</c>, <c>terms-not-accepted</c>.</param>
public sealed record AccountRefused(IReadOnlyList<string> Reasons) : Refusal("account-refused")
{
    /// <summary>Our rules say codes; whatever else the account store finds wrong is about the address.</summary>
    public static string CodeOf(IdentityError error) => error.Code switch
    {
        nameof(IdentityErrorDescriber.DuplicateEmail) or nameof(IdentityErrorDescriber.DuplicateUserName) => "address-taken",
        _ when error.Code.StartsWith("password-", StringComparison.Ordinal) => error.Code,
        _ => "address-invalid",
    };

    public override IReadOnlyDictionary<string, object> Facts => new Dictionary<string, object> { ["reasons"] = Reasons };
}

/// <summary>Makes the first administrator. Once there is one, this does not exist; whoever registered before is no reason.</summary>
internal sealed class CreateFirstAdministrator(FablabDb db, UserManager<Account> accounts, FirstAdministratorCode code, AuditTrail audit)
{
    public async Task<Result<Account>> ExecuteAsync(string shownCode, string email, string displayName, string password, CancellationToken ct)
    {
        if (!code.Opens(shownCode))
        {
            return new NoSuchThing("first-administrator-code");
        }

        var result = await LabTransaction.DecideAsync<Account>(db, [], () => CreateWithinAsync(email, displayName, password, ct), ct);
        if (result.Refusal is null)
        {
            code.Close();
        }

        return result;
    }

    private async Task<Result<Account>> CreateWithinAsync(string email, string displayName, string password, CancellationToken ct)
    {
        if (await db.RoleGrants.AnyAsync(grant => grant.Role == StaffRole.Administrator, ct))
        {
            return new NoSuchThing("first-administrator-code");
        }

        var account = new Account { Id = Guid.CreateVersion7(), DisplayName = displayName, Email = email, UserName = email, EmailConfirmed = true };
        var made = await accounts.CreateAsync(account, password);
        if (!made.Succeeded)
        {
            return new AccountRefused([.. made.Errors.Select(error => AccountRefused.CodeOf(error)).Distinct()]);
        }

        db.Add(new RoleGrantRow { Id = Guid.CreateVersion7(), Member = new(account.Id), Role = StaffRole.Administrator });
        audit.Note("first-administrator-created", $"account/{account.Id}", concerns: new(account.Id), actor: new(account.Id));
        await db.SaveChangesAsync(ct);
        return account;
    }
}
