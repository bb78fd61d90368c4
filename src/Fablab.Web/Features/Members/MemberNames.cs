using Fablab.Domain.Members;
using Fablab.Web.Data;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Members;

/// <summary>Names of people, for those who may see them; one query for all that a page needs.</summary>
internal sealed class MemberNames(FablabDb db)
{
    public async Task<IReadOnlyDictionary<MemberId, string>> OfAsync(IEnumerable<MemberId> members, CancellationToken ct)
    {
        var ids = members.Select(member => member.Value).Distinct().ToList();
        return ids.Count == 0
            ? new Dictionary<MemberId, string>()
            : await db.Users.AsNoTracking().Where(account => ids.Contains(account.Id)).ToDictionaryAsync(account => new MemberId(account.Id), account => account.DisplayName, ct);
    }
}
