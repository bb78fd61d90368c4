using Fablab.Bridge.Drivers;
using Fablab.Contracts;

namespace Fablab.Bridge.Tests.Runtime;

public class A_controller_that_refuses : BridgeOnTheTable
{
    private const int MostTries = 6;

    [Test]
    public async Task A_file_of_its_kind_for_good_has_the_job_rejected_at_once()
    {
        await Refuse("upload", RefusalKind.UnsupportedFile);
        await Until(() => JobStates().Contains(JobState.Rejected));

        Assert.That(JobMoves().Last().Reason, Is.EqualTo("upload-refused: no, UnsupportedFile"));
        Assert.That(Told("upload"), Is.EqualTo(1));
    }

    [TestCase(RefusalKind.WrongState)]
    [TestCase(RefusalKind.NotFound)]
    [TestCase(RefusalKind.Other)]
    public async Task An_upload_is_asked_again_before_the_job_is_rejected(RefusalKind kind)
    {
        await Refuse("upload", kind);
        await PassUntil(() => JobStates().Contains(JobState.Rejected), ShowIdle);

        Assert.That(JobMoves().Last().Reason, Is.EqualTo($"upload-refused: no, {kind}"));
        Assert.That(Told("upload"), Is.EqualTo(MostTries));
    }

    [TestCase(RefusalKind.WrongState)]
    [TestCase(RefusalKind.NotFound)]
    [TestCase(RefusalKind.Other)]
    [TestCase(RefusalKind.NotAllowed)]
    public async Task An_upload_and_takes_it_later_gets_the_job(RefusalKind kind)
    {
        await Refuse("upload", kind);
        await PassUntil(() => Told("upload") == 2, ShowIdle);
        _printer.Refuses.Remove("upload");

        await PassUntil(() => _loop.State("printer-1").Delivery is { IsUploaded: true }, ShowIdle);

        Assert.That(JobStates(), Is.EqualTo(new[] { JobState.Accepted }));
        Assert.That(Twins()[^1].Job, Has.Property("State").EqualTo(JobState.Accepted).And.Property("Reason").Null);
    }

    [Test]
    public async Task The_bridges_key_has_the_job_wait_and_people_told_why()
    {
        await Refuse("upload", RefusalKind.NotAllowed);
        await PassUntil(() => Told("upload") == MostTries + 2, ShowIdle);

        Assert.That(JobStates(), Is.EqualTo(new[] { JobState.Accepted }));
        Assert.That(Twins()[^1].Job, Has.Property("State").EqualTo(JobState.Accepted).And.Property("Reason").EqualTo("key-refused"));
    }

    [TestCase(RefusalKind.NotAllowed)]
    [TestCase(RefusalKind.NotFound)]
    [TestCase(RefusalKind.UnsupportedFile)]
    [TestCase(RefusalKind.Other)]
    public async Task A_start_has_the_job_failed_with_its_words(RefusalKind kind)
    {
        await Refuse("start", kind);
        await Until(() => Requests().Any(request => request.Job == Job));
        await GrantLease();
        await Until(() => JobStates().Contains(JobState.Failed));

        Assert.That(JobMoves().Last().Reason, Is.EqualTo($"start-refused: no, {kind}"));
        Assert.That(Told("start"), Is.EqualTo(1));
        Assert.That(Twins()[^1].Job, Has.Property("State").EqualTo(JobState.Failed));
    }

    [Test]
    public async Task A_start_by_its_state_has_the_job_failed_once_it_shows_that_nothing_runs()
    {
        await RefuseStartByState();
        Assert.That(JobStates(), Does.Not.Contain(JobState.Failed));

        await PassUntil(() => JobStates().Contains(JobState.Failed), ShowIdle);

        Assert.That(JobMoves().Last().Reason, Is.EqualTo("start-refused: no, WrongState"));
        Assert.That((Told("start"), Told("cancel")), Is.EqualTo((1, 0)));
    }

    [Test]
    public async Task A_start_by_its_state_and_runs_the_job_all_the_same_is_believed_by_what_it_does()
    {
        await RefuseStartByState();
        _printer.Show(ControllerState.Running, FileName);
        await Until(() => JobStates().Contains(JobState.Running));
        _printer.Show(ControllerState.Idle, lastEnd: new RunEnd(FileName, RunOutcome.Completed, 5_000, null));
        await Until(() => JobStates().Contains(JobState.Succeeded));

        Assert.That((Told("start"), Told("cancel")), Is.EqualTo((1, 0)));
    }

    [Test]
    public async Task A_start_because_somebody_was_quicker_keeps_that_persons_print()
    {
        await RefuseStartByState();

        await PassUntil(() => JobStates().Contains(JobState.Failed), () => _printer.Show(ControllerState.Running, "other.gcode"));
        await Tick(20);

        Assert.That((Told("start"), Told("cancel"), Told("pause")), Is.EqualTo((1, 0, 0)));
    }

    [TestCase(RefusalKind.WrongState)]
    [TestCase(RefusalKind.NotAllowed)]
    public async Task To_remove_a_file_is_asked_again_later(RefusalKind kind)
    {
        _printer.Refuses["remove"] = kind;
        await RunJob();
        _printer.Show(ControllerState.Idle, lastEnd: new RunEnd(FileName, RunOutcome.Completed, 5_000, null));
        await PassUntil(() => Told("remove") == 2, ShowIdle);
        _printer.Refuses.Remove("remove");
        await PassUntil(() => Told("remove") == 3 && _loop.State("printer-1").Leftovers.IsEmpty, ShowIdle);

        Assert.That(JobStates().Last(), Is.EqualTo(JobState.Succeeded));
    }

    private async Task Refuse(string wish, RefusalKind kind)
    {
        _printer.Refuses[wish] = kind;
        await _wire.ConnectAsync();
        ShowIdle();
        await Desire(1);
    }

    private async Task RefuseStartByState()
    {
        await Refuse("start", RefusalKind.WrongState);
        await Until(() => Requests().Any(request => request.Job == Job));
        await GrantLease();
        await PassUntil(() => _loop.State("printer-1").Delivery is { StartAnswer: not null });
    }

    private void ShowIdle() => _printer.Show(ControllerState.Idle);

    private int Told(string wish)
    {
        lock (_printer.Told)
        {
            return _printer.Told.Count(told => told.StartsWith(wish, StringComparison.Ordinal));
        }
    }
}
