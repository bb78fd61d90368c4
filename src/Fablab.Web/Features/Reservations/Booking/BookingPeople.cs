using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Features.Members;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Reservations.Booking;

/// <summary>What of a form names no people.</summary>
public enum PeopleTrouble
{
    None,

    /// <summary>Of whoever it would be booked for.</summary>
    NoSuchMember,

    /// <summary>Or a name that is too long.</summary>
    TooMany,
}

/// <summary>
/// Turns what is typed of people into whom it means. Staff are told when nobody has an address that they book for; of those who come
/// along, an address that no member has is a guest like any other name, so that nobody can ask who is a member.
/// </summary>
internal sealed class BookingPeople(FablabDb db, ILookupNormalizer normalizer, CurrentMember me)
{
    /// <summary>As many as a request to the API may name, and as long.</summary>
    private const int MostCompany = 50;

    private const int LongestName = 100;

    public bool MayBookForOthers(SiteId site) => me.May(Right.BookForOthers, Subject.At(site));

    public async Task<BookingForm> ReadAsync(BookingForm form, SiteId site, CancellationToken ct)
    {
        var names = form.WithNames;
        if (names.Count > MostCompany || names.Any(name => name.Length > LongestName))
        {
            return form with { PeopleTrouble = PeopleTrouble.TooMany };
        }

        var isForOther = form.Holder.Length > 0 && MayBookForOthers(site);
        var addresses = names.Append(isForOther ? form.Holder : "").Where(name => name.Contains('@', StringComparison.Ordinal)).Select(Normalized).Distinct().ToList();
        var members = addresses.Count == 0
            ? []
            : await db.Users.Where(account => account.NormalizedEmail != null && addresses.Contains(account.NormalizedEmail))
                .ToDictionaryAsync(account => account.NormalizedEmail!, account => account.Id, ct);
        var other = isForOther && members.TryGetValue(Normalized(form.Holder), out var known) ? known : (Guid?)null;
        return form with
        {
            PeopleTrouble = isForOther && other is null ? PeopleTrouble.NoSuchMember : PeopleTrouble.None,
            ForMember = other == me.Id.Value ? null : other,
            Company = [.. names.Select(name => members.TryGetValue(Normalized(name), out var member) ? new CompanionRequest { MemberId = member } : new CompanionRequest { GuestName = name })],
        };
    }

    private string Normalized(string address) => normalizer.NormalizeEmail(address) ?? "";
}
