using System.ComponentModel.DataAnnotations;
using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members.FirstAdministrator;
using Microsoft.AspNetCore.Identity;

namespace Fablab.Web.Features.People;

/// <summary>What somebody says of themselves to get an account.</summary>
internal sealed record AccountWish(string Email, string DisplayName, string Password, string Language);

/// <summary>Checks and makes accounts without asking whether there is one already; hashing takes long by intent, so it is done outside of transactions.</summary>
internal sealed class NewAccounts(UserManager<Account> accounts, ILookupNormalizer normalizer)
{
    public const int LongestName = 100;

    private const int LongestAddress = 256;

    private static readonly EmailAddressAttribute AddressRule = new();

    public string Normalized(string email) => normalizer.NormalizeEmail(StorableText.Of(email.Trim())) ?? "";

    public bool IsAddress(string email) =>
        email.Length <= LongestAddress && AddressRule.IsValid(email) && email.All(letter => accounts.Options.User.AllowedUserNameCharacters.Contains(letter, StringComparison.Ordinal));

    /// <summary>To an address that was shown to be the member's; they sign in with it.</summary>
    public void Readdress(Account account, string email) => (account.Email, account.UserName, account.NormalizedEmail, account.NormalizedUserName, account.EmailConfirmed) =
        (email, email, Normalized(email), normalizer.NormalizeName(email), true);

    /// <returns>Codes of <see cref="AccountRefused"/>.</returns>
    public async Task<IReadOnlyList<string>> ReasonsAgainstAsync(AccountWish wish)
    {
        var (email, name) = (wish.Email.Trim(), wish.DisplayName.Trim());
        List<string> reasons = [];
        if (!IsAddress(email))
        {
            reasons.Add("address-invalid");
        }

        if (name.Length is 0 or > LongestName)
        {
            reasons.Add("name-invalid");
        }

        var account = new Account { DisplayName = name, Email = email };
        foreach (var rule in accounts.PasswordValidators)
        {
            reasons.AddRange((await rule.ValidateAsync(accounts, account, wish.Password)).Errors.Select(AccountRefused.CodeOf));
        }

        return [.. reasons.Distinct()];
    }

    /// <param name="isConfirmed">Whoever asks has shown that the address is theirs.</param>
    public Account Make(AccountWish wish, bool isConfirmed)
    {
        var email = wish.Email.Trim();
        var account = new Account
        {
            Id = Guid.CreateVersion7(), DisplayName = StorableText.Of(wish.DisplayName.Trim()), Email = email, UserName = email, EmailConfirmed = isConfirmed,
            NormalizedEmail = Normalized(email), NormalizedUserName = normalizer.NormalizeName(email), Language = wish.Language, LockoutEnabled = true,
            SecurityStamp = Guid.NewGuid().ToString("N"),
        };
        account.PasswordHash = accounts.PasswordHasher.HashPassword(account, wish.Password);
        return account;
    }
}
