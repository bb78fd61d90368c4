using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Features.Privacy.Erasing;
using Fablab.Web.Features.Privacy.Retaining;
using Fablab.Web.Tests.Features.People;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Fablab.Web.Tests.Features.Privacy;

public sealed class An_account_that_nobody_uses(StorageProvider provider) : PeopleTest(provider)
{
    [Test]
    public async Task Is_erased_after_its_owner_was_told_and_stays_when_they_come_back()
    {
        var (_, away) = await PersonAsync("Alan Away");
        var (backEmail, back) = await PersonAsync("Berc'hed Back");
        var retention = Lab.Services.GetRequiredService<RetentionSweep>();
        await retention.RunAsync(CancellationToken.None);

        Lab.Clock.Advance(TimeSpan.FromDays(1095 - 29));
        await retention.RunAsync(CancellationToken.None);
        var told = (await MailsAsync(away), await MailsAsync(back), await IsErasedAsync(away));
        Lab.Clock.Advance(TimeSpan.FromDays(5));
        using (await Lab.ClientOfAsync(backEmail))
        {
            Lab.Clock.Advance(TimeSpan.FromDays(26));
        }

        await SweepAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(told.Item1, Does.Contain("account-unused"));
            Assert.That(told.Item2, Does.Contain("account-unused"));
            Assert.That((told.Item3, await IsErasedAsync(away), await IsErasedAsync(back)), Is.EqualTo((false, true, false)));
        }
    }

    [Test]
    public async Task Is_erased_soon_when_its_address_was_never_confirmed()
    {
        var (_, id) = await PersonAsync();
        await Lab.WithDbAsync(db => db.Users.Where(row => row.Id == id).ExecuteUpdateAsync(set => set.SetProperty(row => row.EmailConfirmed, false)));
        var retention = Lab.Services.GetRequiredService<RetentionSweep>();
        await retention.RunAsync(CancellationToken.None);

        Lab.Clock.Advance(TimeSpan.FromDays(31));
        await retention.RunAsync(CancellationToken.None);
        await SweepAsync();

        Assert.That(await IsErasedAsync(id), Is.True);
    }

    private Task SweepAsync() => Lab.Services.GetRequiredService<ErasureSweep>().RunAsync(CancellationToken.None);

    private Task<bool> IsErasedAsync(Guid id) => Lab.WithDbAsync(db => db.Users.AnyAsync(row => row.Id == id && row.ErasedAt != null));

    private Task<List<string>> MailsAsync(Guid id)
    {
        var member = new MemberId(id);
        return Lab.WithDbAsync(db => db.Mails.Where(row => row.Member == member).Select(row => row.Code).ToListAsync());
    }
}
