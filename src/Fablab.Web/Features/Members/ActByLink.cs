using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Features.People.Suspending;
using Fablab.Web.Hosting;

namespace Fablab.Web.Features.Members;

/// <summary>Whoever presses the button behind a link in their mail does that one thing as themselves, whoever is signed in in the same browser.</summary>
internal sealed class ActByLink(FablabDb db, LoadMember members, CurrentMember me, LabClock clock)
{
    /// <returns>Whether they may still do anything: they are a member, and not suspended from the whole lab.</returns>
    public async Task<bool> AsAsync(MemberId member, Func<Task> act, CancellationToken ct)
    {
        if (await db.IsSuspendedEverywhereAsync(member, clock.Now, ct) || await members.ExecuteAsync(member, ct) is not { } them)
        {
            return false;
        }

        var reader = me.Known;
        me.Known = them;
        try
        {
            await act();
            return true;
        }
        finally
        {
            me.Known = reader;
        }
    }
}
