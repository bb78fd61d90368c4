using Bunit;
using Fablab.Contracts;
using Fablab.Domain.Machines;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.LiveBoard;
using Fablab.Web.Features.Machines.Watching;
using Fablab.Web.Features.Reservations;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Fablab.Web.Tests.Pages;

[SetCulture("en-GB")]
[SetUICulture("en-GB")]
public class A_machine_card
{
    private static readonly Instant Now = Instant.FromUtc(2026, 3, 2, 8, 0);

    private static readonly MachineCardModel Free = new(
        "printer-1", "Printer 1", "MK4", MachineCategory.Printer3D, "atelier", DateTimeZoneProviders.Tzdb["Europe/Paris"], Now, MachineStatus.Free, null, null, null, null, null, null, Now);

    [Test]
    public void Says_until_when_the_machine_is_free()
    {
        var card = Draw(Free with { FreeUntil = Now + Duration.FromHours(6) });

        Assert.That(card, Does.Contain("Free").And.Contain("Free until 15:00"));
    }

    [Test]
    public void Names_the_day_when_it_is_another_one()
    {
        var card = Draw(Free with { FreeUntil = Now + Duration.FromHours(30) });

        Assert.That(card, Does.Contain("Free until Tue 3 Mar, 15:00"));
    }

    [Test]
    public void Tells_how_far_a_job_is_and_when_it_ends()
    {
        var card = Draw(Free with
        {
            Status = MachineStatus.Running,
            Progress = 0.639,
            Left = Duration.FromMinutes(135),
            EndsAt = Now + Duration.FromMinutes(135),
            BusyUntil = Now + Duration.FromHours(3),
        });

        Assert.That(card, Does.Contain("Running").And.Contain("63%").And.Contain("2\u00a0h\u00a015\u00a0min left").And.Contain("ends 11:15").And.Contain("Taken until 12:00"));
    }

    [Test]
    public void Says_how_old_its_news_is_when_the_bridge_is_offline()
    {
        var card = Draw(Free with { Status = MachineStatus.BridgeOffline, HeardAt = Now - Duration.FromMinutes(12) });

        Assert.That(card, Does.Contain("Bridge offline").And.Contain("As of 08:48"));
    }

    [Test]
    [SetCulture("fr-FR")]
    [SetUICulture("fr-FR")]
    public void Speaks_French()
    {
        var card = Draw(Free with { Status = MachineStatus.OutOfOrder, Note = "Buse bouchée" });

        Assert.That(card, Does.Contain("Hors service").And.Contain("Buse bouchée").And.Not.Contain("Rien de réservé"));
    }

    [Test]
    public void Has_an_icon_and_a_word_for_every_state([Values] MachineStatus status)
    {
        using var context = new BunitContext();
        context.Services.AddLocalization();

        var badge = context.Render<StatusBadge>(parameters => parameters.Add(b => b.Status, status)).Find(".badge");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(badge.QuerySelector("svg path"), Is.Not.Null);
            Assert.That(badge.TextContent.Trim(), Is.Not.Empty.And.Not.Contain("Status."));
        }
    }

    [TestCase(ReportedActivity.Idle, MachineMode.Available, false, MachineStatus.Free)]
    [TestCase(ReportedActivity.Idle, MachineMode.Available, true, MachineStatus.Reserved)]
    [TestCase(ReportedActivity.Idle, MachineMode.InSession, true, MachineStatus.InUse)]
    [TestCase(ReportedActivity.Preparing, MachineMode.InSession, true, MachineStatus.Preparing)]
    [TestCase(ReportedActivity.Running, MachineMode.InSession, true, MachineStatus.Running)]
    [TestCase(ReportedActivity.Finishing, MachineMode.InSession, true, MachineStatus.Running)]
    [TestCase(ReportedActivity.Paused, MachineMode.InSession, true, MachineStatus.Paused)]
    [TestCase(ReportedActivity.NeedsAttention, MachineMode.InSession, true, MachineStatus.NeedsAttention)]
    [TestCase(ReportedActivity.Error, MachineMode.Available, false, MachineStatus.Fault)]
    public void Shows_what_the_bridge_saw(ReportedActivity activity, MachineMode mode, bool isTaken, MachineStatus expected)
    {
        Assert.That(MachineStatusRules.Of(Machine(), new LiveMachine("printer-1", Twin(activity, mode), Now, true), isTaken), Is.EqualTo(expected));
    }

    [TestCase(ReportedActivity.Idle, MachineMode.Available, false, BookingStop.Fault, MachineStatus.FaultReported)]
    [TestCase(ReportedActivity.Idle, MachineMode.Available, false, BookingStop.Maintenance, MachineStatus.MaintenanceDue)]
    [TestCase(ReportedActivity.Running, MachineMode.InSession, true, BookingStop.Fault, MachineStatus.Running, Description = "what it does counts first")]
    public void Is_not_free_while_bookings_are_stopped(ReportedActivity activity, MachineMode mode, bool isTaken, BookingStop stop, MachineStatus expected)
    {
        Assert.That(MachineStatusRules.Of(Machine(), new LiveMachine("printer-1", Twin(activity, mode), Now, true), isTaken, stop), Is.EqualTo(expected));
    }

    [Test]
    public void Says_that_bookings_are_stopped_also_while_somebody_uses_it()
    {
        var card = Draw(Free with { Status = MachineStatus.Running, BusyUntil = Now + Duration.FromHours(3), StoppedBy = BookingStop.Fault });

        Assert.That(card, Does.Contain("Taken until 12:00").And.Contain("A reported fault stops bookings"));
    }

    [Test]
    public void Believes_no_old_report_when_the_bridge_is_away()
    {
        Assert.That(
            MachineStatusRules.Of(Machine(), new LiveMachine("printer-1", Twin(ReportedActivity.Idle, MachineMode.Available), Now, false), false),
            Is.EqualTo(MachineStatus.BridgeOffline));
    }

    [Test]
    public void Puts_out_of_order_before_everything_else()
    {
        var machine = Machine();
        machine.IsOutOfOrder = true;

        Assert.That(
            MachineStatusRules.Of(machine, new LiveMachine("printer-1", Twin(ReportedActivity.Running, MachineMode.InSession), Now, true), true),
            Is.EqualTo(MachineStatus.OutOfOrder));
    }

    private static string Draw(MachineCardModel model)
    {
        using var context = new BunitContext();
        context.Services.AddLocalization();
        return context.Render<MachineCard>(parameters => parameters.Add(card => card.Card, model)).Find("article").TextContent;
    }

    private static MachineRow Machine() => new()
    {
        Id = new(Guid.NewGuid()), Code = "printer-1", Site = new(Guid.NewGuid()), Name = "Printer 1", Category = MachineCategory.Printer3D, Model = "MK4",
        Policy = new() { HazardClass = Fablab.Domain.Machines.HazardClass.R }, Tariff = new(Guid.NewGuid()), Bridge = Guid.NewGuid(),
    };

    private static ReportedTwin Twin(ReportedActivity activity, MachineMode mode) => new()
    {
        Machine = "printer-1", Version = 1, Epoch = 1, DesiredVersion = 1, At = Now.ToDateTimeOffset(), Mode = mode, Link = ReportedLink.Up, Activity = activity, Relay = RelayState.None,
    };
}
