using Fablab.Domain.Members;
using Fablab.Web.Components;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members.FirstAdministrator;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Members.SigningInElsewhere;

/// <summary>Somebody came back from a provider: finds whose sign-in it is, and makes an account when they are new and want one.</summary>
internal sealed class MeetArrival(FablabDb db, UserManager<Account> accounts, OpenIdProviders providers, AuditTrail audit, LabClock clock)
{
    public const int LongestName = 100;

    /// <param name="linking">Who asked to link this sign-in; <see langword="null"/> for signing in.</param>
    public async Task<(ArrivalOutcome Outcome, Account? Owner)> ExecuteAsync(Arrival arrival, MemberId? linking, CancellationToken ct)
    {
        var (issuer, subject) = (arrival.Issuer, arrival.Subject);
        var link = await db.SignInLinks.AsNoTracking().SingleOrDefaultAsync(row => row.Issuer == issuer && row.Subject == subject, ct);
        var isKnown = link is null && arrival.Email is { } email && await accounts.FindByEmailAsync(StorableText.Of(email)) is not null;
        var outcome = new ProviderArrival(arrival.Email, arrival.IsEmailVerified, link?.Member, isKnown).Meet(providers.TermsOf(arrival.Provider), linking);
        if (outcome is not ArrivalOutcome.SignIn)
        {
            return (outcome, null);
        }

        var (id, now) = (link!.Id, clock.Now);
        await db.SignInLinks.Where(row => row.Id == id).ExecuteUpdateAsync(set => set.SetProperty(row => row.LastUsedAt, now), ct);
        return (outcome, await accounts.FindByIdAsync(link.Member.ToString()));
    }

    /// <summary>Makes an account for who is new. Their address is confirmed: the provider says so, or nothing is made.</summary>
    /// <returns>The account; or what is wrong with their name; or what became of them instead.</returns>
    public async Task<NewAccount> CreateAsync(Arrival arrival, string displayName, CancellationToken ct)
    {
        var name = StorableText.Of(displayName.Trim());
        if (name.Length is 0 or > LongestName)
        {
            return new NewAccount(ArrivalOutcome.AskToCreate, null, ["name-invalid"]);
        }

        return await LabTransaction.RunAsync(db, [], async () =>
        {
            var (outcome, _) = await ExecuteAsync(arrival, null, ct);
            if (outcome is not ArrivalOutcome.AskToCreate)
            {
                return new NewAccount(outcome, null, []);
            }

            var account = new Account
            {
                Id = Guid.CreateVersion7(), DisplayName = name, Email = arrival.Email, UserName = arrival.Email, EmailConfirmed = true, Language = Language.Current,
            };
            var made = await accounts.CreateAsync(account);
            if (!made.Succeeded)
            {
                return new NewAccount(outcome, null, [.. made.Errors.Select(AccountRefused.CodeOf).Distinct()]);
            }

            db.Add(SignInLinks.RowOf(arrival, new(account.Id), clock.Now));
            audit.Note("account-created", $"account/{account.Id}", concerns: new(account.Id), actor: new(account.Id));
            await db.SaveChangesAsync(ct);
            return new NewAccount(ArrivalOutcome.SignIn, account, []);
        }, ct);
    }
}

/// <summary>What came of the wish for an account.</summary>
/// <param name="Reasons">Codes of what is wrong with it.</param>
internal sealed record NewAccount(ArrivalOutcome Outcome, Account? Made, IReadOnlyList<string> Reasons);
