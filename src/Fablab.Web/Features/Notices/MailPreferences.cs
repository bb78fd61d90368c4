using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Web.Data;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Notices;

/// <summary>A topic nobody knows, or only one end of the quiet hours.</summary>
/// <param name="Topics">Those that there are.</param>
public sealed record MailPreferencesRefused(IReadOnlyList<string> Topics) : Refusal("mail-preferences-refused")
{
    public override IReadOnlyDictionary<string, object> Facts => new Dictionary<string, object> { ["topics"] = Topics };
}

/// <summary>Which notices a member wants by mail, and when not. The page shows them all, always.</summary>
/// <param name="Unwanted">Topics that are not sent by mail.</param>
/// <param name="QuietFrom">Mail waits from here, by the lab's clock …</param>
/// <param name="QuietUntil">… until here, perhaps over midnight; both <see langword="null"/> for no quiet hours. Browsers keep them too.</param>
/// <param name="UnwantedPush">Topics that are not shown by browsers when no page is open; <see langword="null"/> leaves them as they are.</param>
public sealed record MailPreferences(IReadOnlyList<string> Unwanted, LocalTime? QuietFrom, LocalTime? QuietUntil, IReadOnlyList<string>? UnwantedPush = null);

internal sealed class MyMailPreferences(FablabDb db)
{
    public Task<MailPreferences> ReadAsync(MemberId me, CancellationToken ct)
    {
        var id = me.Value;
        return db.Users.AsNoTracking().Where(user => user.Id == id)
            .Select(user => new MailPreferences(user.UnwantedMail, user.QuietFrom, user.QuietUntil, user.UnwantedPush)).SingleAsync(ct);
    }

    public async Task<Result<MailPreferences>> ChangeAsync(MemberId me, MailPreferences wanted, CancellationToken ct)
    {
        if (wanted.Unwanted.Concat(wanted.UnwantedPush ?? []).Except(NoticeCodes.Topics).Any() || wanted.QuietFrom is null != wanted.QuietUntil is null)
        {
            return new MailPreferencesRefused(NoticeCodes.Topics);
        }

        var (id, unwanted) = (me.Value, (IReadOnlyList<string>)[.. wanted.Unwanted.Distinct().Order()]);
        var push = (IReadOnlyList<string>)[.. (wanted.UnwantedPush ?? (await ReadAsync(me, ct)).UnwantedPush!).Distinct().Order()];
        await LabTransaction.RunAsync(db, (Fablab.Domain.Machines.MachineId?)null, () => db.Users.Where(user => user.Id == id).ExecuteUpdateAsync(
            set => set.SetProperty(user => user.UnwantedMail, unwanted)
                .SetProperty(user => user.UnwantedPush, push)
                .SetProperty(user => user.QuietFrom, wanted.QuietFrom)
                .SetProperty(user => user.QuietUntil, wanted.QuietUntil),
            ct), ct);
        return wanted with { Unwanted = unwanted, UnwantedPush = push };
    }
}
