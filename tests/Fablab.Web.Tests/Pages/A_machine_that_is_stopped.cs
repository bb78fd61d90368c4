using System.Net.Http.Json;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Demo;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Fablab.Web.Tests.Pages;

/// <summary>Nobody uses the meeting room, and it is in order; still nobody can book it.</summary>
public class A_machine_that_is_stopped
{
    private static readonly string[] Pages = ["/", "/sites/atelier", "/sites/atelier/board", "/machines/room-1"];

    private PagesLab lab = null!;

    [OneTimeSetUp]
    public void Open_the_lab() => lab = new PagesLab();

    [OneTimeTearDown]
    public void Close_the_lab() => lab.Dispose();

    [TestCase("en", "Fault reported", "A reported fault stops bookings")]
    [TestCase("fr", "Panne signalée", "Une panne signalée bloque les réservations")]
    public async Task By_a_fault_says_so_wherever_it_is_shown(string language, string badge, string told)
    {
        await StopAsync(fault: true);
        var texts = await TextsAsync(language);
        await MendAsync();

        Assert.That(texts, Has.All.Contain(badge).And.All.Contain(told));
    }

    [TestCase("en", "Maintenance due", "Maintenance that is due stops bookings", "until it is done nothing can be booked")]
    [TestCase("fr", "Maintenance à faire", "Une maintenance à faire bloque les réservations", "d’ici là, rien ne peut être réservé")]
    public async Task By_maintenance_that_is_due_says_so_wherever_it_is_shown(string language, string badge, string told, string times)
    {
        await StopAsync(fault: false);
        var texts = await TextsAsync(language);
        await MendAsync();

        Assert.That(texts, Has.All.Contain(badge).And.All.Contain(told));
        Assert.That(texts[^1], Does.Contain(times));
    }

    [TestCase("en", "Fault reported")]
    [TestCase("fr", "Maintenance à faire")]
    public async Task Is_shown_as_free_again_once_that_is_over(string language, string badge)
    {
        await StopAsync(fault: true);
        await StopAsync(fault: false);
        await MendAsync();

        Assert.That(await TextsAsync(language), Has.None.Contain(badge));
    }

    private async Task<List<string>> TextsAsync(string language)
    {
        using var browser = await lab.OpenAsync(language, DemoIds.AtelierManager);
        var texts = new List<string>();
        foreach (var page in Pages)
        {
            await browser.GoAsync(page);
            texts.Add(browser.Text);
        }

        return texts;
    }

    private Task StopAsync(bool fault) => WithDbAsync(async db =>
    {
        var (manager, before) = (new Fablab.Domain.Members.MemberId(DemoIds.Numbered(73)), Instant.FromDateTimeOffset(lab.Clock.GetUtcNow()) - Duration.FromHours(1));
        if (fault)
        {
            db.Add(new FaultRow
            {
                Id = Guid.CreateVersion7(), Machine = DemoIds.Room1, Reporter = manager, ReportedAt = before, Text = "The screen smokes", IsDangerous = true, StopsBookings = true,
            });
        }
        else
        {
            db.Add(new MaintenanceTaskRow { Id = Guid.CreateVersion7(), Machine = DemoIds.Room1, Title = "Filters", DueAt = before, StopsBookings = true, OpenedBy = manager, OpenedAt = before });
        }

        await db.SaveChangesAsync();
    });

    private Task MendAsync() => WithDbAsync(async db =>
    {
        var now = (Instant?)Instant.FromDateTimeOffset(lab.Clock.GetUtcNow());
        await db.Faults.Where(fault => fault.ClosedAt == null).ExecuteUpdateAsync(set => set.SetProperty(fault => fault.ClosedAt, now));
        await db.MaintenanceTasks.Where(task => task.DoneAt == null).ExecuteUpdateAsync(set => set.SetProperty(task => task.DoneAt, now));
    });

    private async Task WithDbAsync(Func<FablabDb, Task> work)
    {
        await using var scope = lab.Services.CreateAsyncScope();
        await work(scope.ServiceProvider.GetRequiredService<FablabDb>());
    }
}
