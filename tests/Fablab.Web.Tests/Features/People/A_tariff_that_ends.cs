using System.Net.Http.Json;
using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.People.Groups;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Fablab.Web.Tests.Features.People;

public sealed class A_tariff_that_ends(StorageProvider provider) : PeopleTest(provider)
{
    private int groups;

    [Test]
    public async Task Is_told_to_its_member_two_weeks_ahead_and_once_with_the_way_to_ask_anew()
    {
        var (_, id) = await PersonAsync();
        var group = await GroupAsync(mayBeAskedFor: true);
        await PutAsync(id, group, Now + Duration.FromDays(20));

        await SweepAsync();
        var early = await ToldAsync(id);
        Lab.Clock.Advance(TimeSpan.FromDays(7));
        await SweepAsync();
        await SweepAsync();
        Lab.Clock.Advance(TimeSpan.FromDays(10));
        await SweepAsync();
        var told = await ToldAsync(id);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(early, Is.Empty);
            Assert.That(told.Select(notice => notice.Code), Is.EqualTo(["tariff-ends"]));
            Assert.That(told[0].Facts["link"], Is.EqualTo($"/account/tariffs?group={group}"));
            Assert.That(told[0].Facts["group"], Does.StartWith("Ending"));
        }
    }

    [Test]
    public async Task Is_told_late_and_still_once_by_a_sweep_that_was_down_for_days()
    {
        var (_, id) = await PersonAsync();
        var group = await GroupAsync(mayBeAskedFor: false);
        await PutAsync(id, group, Now + Duration.FromDays(20));
        Lab.Clock.Advance(TimeSpan.FromDays(23));

        await Task.WhenAll(SweepAsync(), SweepAsync());
        await SweepAsync();

        var told = await ToldAsync(id);
        Assert.That(told.Select(notice => (notice.Code, notice.Facts.ContainsKey("link"))), Is.EqualTo(new[] { ("tariff-ends", false) }), "nobody asks for what nobody may ask for");
    }

    [Test]
    public async Task Is_not_told_when_another_stretch_follows_or_staff_ended_it_or_it_is_long_past()
    {
        var ((_, follows), (_, ended), (_, past)) = (await PersonAsync(), await PersonAsync(), await PersonAsync());
        var group = await GroupAsync(mayBeAskedFor: true);
        var end = Now + Duration.FromDays(10);
        await PutAsync(follows, group, end);
        await PutAsync(follows, group, null, end);
        var membership = await PutAsync(ended, group, null);
        using var taken = await Manager.PostAsync(new Uri($"/api/v1/members/{ended}/groups/{membership}/end", UriKind.Relative), null);
        await PutAsync(past, group, Now - Duration.FromDays(40), Now - Duration.FromDays(80));

        await SweepAsync();

        Assert.That(taken.IsSuccessStatusCode, Is.True);
        Assert.That((await ToldAsync(follows), await ToldAsync(ended), await ToldAsync(past)), Is.EqualTo((Array.Empty<NoticeRow>(), Array.Empty<NoticeRow>(), Array.Empty<NoticeRow>())));
    }

    private Task SweepAsync() => Lab.Services.GetRequiredService<TariffEndSweep>().RunAsync(CancellationToken.None);

    private async Task<Guid> GroupAsync(bool mayBeAskedFor)
    {
        using var made = await Manager.PostAsJsonAsync("/api/v1/tariff-groups", new { code = $"ending-{++groups}", name = $"Ending {groups}", mayBeAskedFor });
        return (await JsonOfAsync(made)).GetProperty("id").GetGuid();
    }

    private Task<Guid> PutAsync(Guid member, Guid group, Instant? until, Instant? from = null) => Lab.WithDbAsync(async db =>
    {
        var row = new TariffGroupMemberRow { Id = Guid.CreateVersion7(), Member = new MemberId(member), Group = new TariffGroupId(group), From = from ?? Now - Duration.FromDays(1), Until = until };
        db.Add(row);
        await db.SaveChangesAsync();
        return row.Id;
    });

    private async Task<NoticeRow[]> ToldAsync(Guid member)
    {
        var id = new MemberId(member);
        return [.. await Lab.WithDbAsync(db => db.Notices.AsNoTracking().Where(notice => notice.Member == id).ToListAsync())];
    }
}
