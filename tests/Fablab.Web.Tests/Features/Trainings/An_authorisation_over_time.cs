using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Domain.Trainings;
using Fablab.Domain.UsageSessions;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Fablab.Web.Features.Trainings.Authorising;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Fablab.Web.Tests.Features.Trainings;

/// <summary>The clock only goes forward, so these say how far each time is from now.</summary>
public sealed class An_authorisation_over_time(StorageProvider provider) : TrainingTest(provider)
{
    [Test]
    public async Task Is_reminded_of_once_30_and_once_7_days_ahead_however_often_and_late_somebody_looks()
    {
        var (_, id) = await PersonAsync();
        await GrantedAsync(Manager, new { memberId = id, machine = "cnc-1", until = (Now + Duration.FromDays(40)).ToString() });
        await SweepAsync();
        var early = await RemindersAsync(id);

        Lab.Clock.Advance(TimeSpan.FromDays(11));
        await Task.WhenAll(SweepAsync(), SweepAsync());
        await SweepAsync();
        var month = await RemindersAsync(id);
        Lab.Clock.Advance(TimeSpan.FromDays(25));
        await SweepAsync();
        var week = await RemindersAsync(id);
        Lab.Clock.Advance(TimeSpan.FromDays(10));
        await SweepAsync();

        Assert.That((early, month, week, await RemindersAsync(id)), Is.EqualTo((0, 1, 2, 2)));
    }

    [Test]
    public async Task Is_not_reminded_of_twice_at_once_when_nobody_looked_for_weeks_nor_after_it_was_renewed()
    {
        var (_, late) = await PersonAsync();
        var (_, renewed) = await PersonAsync();
        await GrantedAsync(Manager, new { memberId = late, machine = "cnc-1", until = (Now + Duration.FromDays(40)).ToString() });
        await GrantedAsync(Manager, new { memberId = renewed, machine = "cnc-1", until = (Now + Duration.FromDays(40)).ToString() });

        Lab.Clock.Advance(TimeSpan.FromDays(20));
        using (await SayAsync(Manager, renewed, "renew", new { until = (Now + Duration.FromDays(100)).ToString() }))
        {
        }

        Lab.Clock.Advance(TimeSpan.FromDays(15));
        await SweepAsync();

        Assert.That((await RemindersAsync(late), await RemindersAsync(renewed)), Is.EqualTo((1, 0)));
    }

    [Test]
    public async Task That_is_lost_by_disuse_lasts_longer_with_every_day_of_use_of_any_unit_of_the_pool()
    {
        var (_, id) = await PersonAsync();
        await GrantedAsync(Manager, new { memberId = id, machine = "printer-1", terms = new { unusedMonths = 3 } });
        var before = await RowAsync(id);

        Lab.Clock.Advance(TimeSpan.FromDays(30));
        await UsedAsync(id, DemoIds.Printer2, 1);
        await UsedAsync(id, DemoIds.Printer2, 2);
        await UsedAsync(id, DemoIds.Cnc1, 3);
        var after = await RowAsync(id);
        Lab.Clock.Advance(TimeSpan.FromDays(100));
        await UsedAsync(id, DemoIds.Printer1, 4);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(after.ValidUntil - before.ValidUntil, Is.InRange(Duration.FromDays(27), Duration.FromDays(33)));
            Assert.That((after.Version, after.EndsBy), Is.EqualTo((2, AuthorisationEnd.ByDisuse)), "the second use of a day says nothing new");
            Assert.That((await RowAsync(id)).ValidUntil, Is.EqualTo(after.ValidUntil), "it had ended by then");
        }
    }

    private Task<Web.Data.Rows.MachineAuthorisationRow> RowAsync(Guid member) =>
        Lab.WithDbAsync(db => db.MachineAuthorisations.AsNoTracking().SingleAsync(row => row.Member == new MemberId(member)));

    /// <summary>As a desk notes it when a session closes.</summary>
    private async Task UsedAsync(Guid member, MachineId machine, long generation)
    {
        await using var scope = Lab.Services.CreateAsyncScope();
        var (db, uses) = (scope.ServiceProvider.GetRequiredService<FablabDb>(), scope.ServiceProvider.GetRequiredService<NoteUse>());
        await LabTransaction.RunAsync(
            db,
            machine,
            async () =>
            {
                await uses.ExecuteWithinAsync(
                    new UsageSession
                    {
                        Id = new UsageSessionId(Guid.CreateVersion7()), Machine = machine, Reservation = new ReservationId(Guid.CreateVersion7()), Member = new MemberId(member),
                        Generation = generation, State = UsageSessionState.Closed, AuthorisedAt = Now, StartedAt = Now, PresenceConfirmedAt = Now, LastActiveAt = Now, EndedAt = Now,
                    },
                    CancellationToken.None);
                return true;
            },
            CancellationToken.None);
    }

    private async Task<int> RemindersAsync(Guid member) => (await NoticesOfAsync(member)).Count(code => code == "authorisation-ends-soon");
}
