using Fablab.Scenarios.Tests.Lab;

namespace Fablab.Scenarios.Tests;

/// <summary>Longer and repeated trouble while a printer prints.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class An_outage
{
    private const string Printer = "printer-2";

    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(20);

    [Test]
    public Task Of_two_restarts_in_a_row_leaves_one_print_and_one_charge() => RunningLab.WithAsync(LabSetup.Apart, async lab =>
    {
        using var maker = await lab.SignInAsync(People.Maker);
        var story = await StartPrintAsync(lab, maker);

        await RestartAllAsync(lab);
        await RestartAllAsync(lab);

        await story.AgreeAsync(crashes: 2);
    });

    [Test]
    public Task Of_web_and_broker_lets_the_print_finish_and_delivers_its_time_afterwards() => RunningLab.WithAsync(LabSetup.Apart, async lab =>
    {
        using var maker = await lab.SignInAsync(People.Maker);
        var story = await StartPrintAsync(lab, maker);

        lab.Web.Kill();
        await Task.WhenAll(story.SeeDoneAsync(), Task.Delay(Outage, TimeProvider.System));
        await lab.StartWebAsync();

        await story.AgreeAsync(crashes: 1);
    });

    private static async Task<PrintStory> StartPrintAsync(RunningLab lab, LabClient maker)
    {
        var story = new PrintStory(lab, maker, Printer);
        await story.BookAsync();
        await story.CheckInAsync();
        await story.SeeStartedAsync();
        return story;
    }

    private static async Task RestartAllAsync(RunningLab lab)
    {
        lab.Web.Kill();
        lab.KillBridges();
        lab.StartBridges();
        await lab.StartWebAsync();
    }
}
