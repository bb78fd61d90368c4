namespace Fablab.Scenarios.Tests.Lab;

/// <summary>One lab for the cases of a fixture, which run one after the other in it. After a failure the next case gets a new one.</summary>
public abstract class SharedLab
{
    private RunningLab? _lab;

    private protected abstract LabSetup Setup { get; }

    private protected RunningLab Lab => _lab!;

    [SetUp]
    public async Task Start_a_lab_unless_one_runs_well() => _lab ??= await RunningLab.StartAsync(Setup);

    [TearDown]
    public async Task Keep_no_lab_after_a_failure()
    {
        if (TestContext.CurrentContext.Result.Outcome.Status == NUnit.Framework.Interfaces.TestStatus.Failed)
        {
            _lab?.TellLogs();
            await End_the_lab();
        }
    }

    [OneTimeTearDown]
    public async Task End_the_lab()
    {
        if (_lab is not null)
        {
            await _lab.DisposeAsync();
            _lab = null;
        }
    }
}
