namespace Fablab.MachineSimulator;

/// <summary>A pretend machine that lives on its own once started, whoever connects to it.</summary>
public interface ISimulatedMachine : IAsyncDisposable
{
    string Code { get; }

    /// <summary>Where it is reached, for people and for settings: an http or tcp address, or a topic at a broker.</summary>
    string Address { get; }

    /// <summary>Names that <see cref="Inject"/> takes.</summary>
    IReadOnlyList<string> Injections { get; }

    Task StartAsync(CancellationToken ct);

    /// <summary>Makes something happen at the machine that no client of its wire could cause.</summary>
    /// <returns><see langword="false"/> when there is no such injection.</returns>
    bool Inject(string injection);

    /// <summary>
    /// What a person beside the machine saw, oldest first: a printer's starts and ends, when a plug let current through and when not,
    /// when a mill's spindle turned, its program ended or its board started anew; of the mill, last, the state it is in now.
    /// </summary>
    IEnumerable<string> Tell();
}
