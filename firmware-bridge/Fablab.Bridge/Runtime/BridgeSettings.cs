using Fablab.Bridge.Supervision;
using Fablab.Contracts;
using Microsoft.Extensions.Configuration;

namespace Fablab.Bridge.Runtime;

/// <summary>Settings that were read and checked: from here on nothing needs to be doubted again.</summary>
internal sealed record BridgeSettings(BridgeOptions Options, BridgeAddress Address, BridgeKey Key, IReadOnlyList<ComposedMachine> Machines)
{
    /// <exception cref="BridgeSettingsException">Something is missing or out of bounds; every problem is named by its setting.</exception>
    public static BridgeSettings Read(IConfiguration section, DriverFactory drivers)
    {
        var path = section is IConfigurationSection { Path.Length: > 0 } named ? named.Path : BridgeOptions.Section;
        var problems = new List<string>();
        var options = Bind(section, path, problems);
        TakeKeyFromFile(options, path, problems);
        Check(options, path, problems);
        var machines = new List<ComposedMachine>();
        for (var i = 0; i < options.Machines.Count; i++)
        {
            machines.Add(Compose(options.Machines[i], $"{path}:Machines:{i}", drivers, problems));
        }

        if (problems.Count > 0)
        {
            throw new BridgeSettingsException(problems);
        }

        return new BridgeSettings(options, new BridgeAddress(options.Site, options.Id), BridgeKey.Parse(options.Key), machines);
    }

    private static BridgeOptions Bind(IConfiguration section, string path, List<string> problems)
    {
        var options = new BridgeOptions();
        try
        {
            section.Bind(options);
        }
        catch (InvalidOperationException e)
        {
            // The binder names the setting and the type it wanted.
            problems.Add($"{path}: {e.Message}");
        }

        // In a list the binder passes over what it cannot read, and a machine would be missing without a word.
        options.Machines.Clear();
        foreach (var machine in section.GetSection(nameof(options.Machines)).GetChildren())
        {
            try
            {
                options.Machines.Add(machine.Get<MachineOptions>() ?? new MachineOptions());
            }
            catch (InvalidOperationException e)
            {
                problems.Add($"{machine.Path}: {e.Message}");
            }
        }

        return options;
    }

    private static void TakeKeyFromFile(BridgeOptions options, string path, List<string> problems)
    {
        if (string.IsNullOrEmpty(options.KeyPath))
        {
            return;
        }

        try
        {
            var key = File.ReadAllText(options.KeyPath).Trim();
            if (options.Key.Length > 0 && options.Key != key)
            {
                problems.Add($"{path}:KeyPath: holds another key than {path}:Key, as after a new pairing: put the new one there and take it out of the settings");
            }

            options.Key = key;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add($"{path}:KeyPath: {e.Message}");
        }
    }

    private static void Check(BridgeOptions options, string path, List<string> problems)
    {
        Require(Codes.IsValid(options.Site), $"{path}:Site", $"'{options.Site}' is no code: use a-z, 0-9 and single hyphens, at most {Codes.MaxLength}");
        Require(Codes.IsValid(options.Id), $"{path}:Id", $"'{options.Id}' is no code: use a-z, 0-9 and single hyphens, at most {Codes.MaxLength}");
        Require(IsKey(options.Key), $"{path}:Key", "must be the 32 bytes of base64url that pairing gave");
        Require(!string.IsNullOrWhiteSpace(options.Broker.Host), $"{path}:Broker:Host", "is empty");
        Require(options.Broker.Port is >= 1 and <= 65_535, $"{path}:Broker:Port", $"{options.Broker.Port} is not between 1 and 65535");
        Require(options.Server is { IsAbsoluteUri: true, Scheme: "http" or "https" }, $"{path}:Server", "must be the web's address, such as https://lab.example/");
        Require(string.IsNullOrEmpty(options.ServerAuthorityPath) || File.Exists(options.ServerAuthorityPath), $"{path}:ServerAuthorityPath", $"there is no file '{options.ServerAuthorityPath}'");
        Require(!string.IsNullOrWhiteSpace(options.DataFolder), $"{path}:DataFolder", "is empty");
        Require(options.LeastFreeMebibytes is >= 1 and <= 1_000_000, $"{path}:LeastFreeMebibytes", $"{options.LeastFreeMebibytes} is not between 1 and 1000000");
        Require(options.LargestJobMebibytes is >= 1 and <= 16_384, $"{path}:LargestJobMebibytes", $"{options.LargestJobMebibytes} is not between 1 and 16384");
        Require(options.KeepDays is >= 1 and <= 3_650, $"{path}:KeepDays", $"{options.KeepDays} is not between 1 and 3650");
        Require(options.Machines.Count > 0, $"{path}:Machines", "names no machine");
        foreach (var twice in options.Machines.GroupBy(machine => machine.Code, StringComparer.Ordinal).Where(same => same.Count() > 1))
        {
            problems.Add($"{path}:Machines: '{twice.Key}' is there {twice.Count()} times");
        }

        void Require(bool isMet, string setting, string problem)
        {
            if (!isMet)
            {
                problems.Add($"{setting}: {problem}");
            }
        }
    }

    private static ComposedMachine Compose(MachineOptions machine, string path, DriverFactory drivers, List<string> problems)
    {
        if (!Codes.IsValid(machine.Code))
        {
            problems.Add($"{path}:Code: '{machine.Code}' is no code: use a-z, 0-9 and single hyphens, at most {Codes.MaxLength}");
        }

        Within(machine.ActiveAfterSeconds, 0, 600, nameof(machine.ActiveAfterSeconds));
        Within(machine.IdleAfterSeconds, 0, 3_600, nameof(machine.IdleAfterSeconds));
        Within(machine.StartDeadlineSeconds, 5, 3_600, nameof(machine.StartDeadlineSeconds));
        if (machine.ActiveWatts is <= 0)
        {
            problems.Add($"{path}:ActiveWatts: {machine.ActiveWatts} is not above 0");
        }

        if (machine is { LearnIdleWatts: true, ActiveWatts: not null })
        {
            problems.Add($"{path}:LearnIdleWatts: ActiveWatts is set as well; say the limit or let it be learned");
        }

        if (machine.LearnIdleWatts && Present(machine.Interlock) is null)
        {
            problems.Add($"{path}:LearnIdleWatts: there is no Interlock whose meter could be learned from");
        }

        var jobControl = Present(machine.JobControl);
        var interlock = Present(machine.Interlock);
        if (jobControl is null && interlock is null)
        {
            problems.Add($"{path}: needs a JobControl, an Interlock or both");
        }

        if (machine.HazardClass is HazardClass.H && interlock is null)
        {
            // Without a relay that opens by itself nothing stops a hazard when this program dies.
            problems.Add($"{path}:Interlock: is missing, and a machine of class H needs one");
        }

        var ofDevices = drivers.Check(jobControl, interlock).ToList();
        problems.AddRange(ofDevices);
        if (ofDevices.Count == 0 && machine.HazardClass is HazardClass.H && interlock is not null && !drivers.OpensByItself(interlock))
        {
            problems.Add($"{path}:Interlock: does not open by itself when nobody renews, and that of a machine of class H must");
        }

        var setup = new MachineSetup
        {
            Machine = machine.Code,
            HazardClass = machine.HazardClass,
            HasInterlock = interlock is not null,
            HasJobControl = jobControl is not null,
            HasMeter = interlock is not null,
            Simulated = machine.Simulated,
            ActiveWatts = machine.ActiveWatts,
            LearnsIdleWatts = machine.LearnIdleWatts,
            ActiveAfterMilliseconds = (long)(machine.ActiveAfterSeconds * 1_000),
            IdleAfterMilliseconds = (long)(machine.IdleAfterSeconds * 1_000),
            StartDeadlineMilliseconds = (long)(machine.StartDeadlineSeconds * 1_000),
            AtRunLeaseEnd = machine.PauseAtRunLeaseEnd ? RunLeaseEnd.Pause : RunLeaseEnd.Finish,
        };
        return new ComposedMachine(setup, jobControl, interlock);

        void Within(double value, double least, double most, string name)
        {
            if (!(value >= least && value <= most))
            {
                problems.Add($"{path}:{name}: {value} is not between {least} and {most}");
            }
        }
    }

    private static IConfigurationSection? Present(IConfigurationSection? section) => section?.Exists() is true ? section : null;

    private static bool IsKey(string text)
    {
        try
        {
            _ = BridgeKey.Parse(text);
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}

/// <summary>A machine with the settings of its devices.</summary>
internal sealed record ComposedMachine(MachineSetup Setup, IConfigurationSection? JobControl, IConfigurationSection? Interlock);

/// <summary>The bridge cannot start with these settings.</summary>
public sealed class BridgeSettingsException : Exception
{
    public BridgeSettingsException()
    {
    }

    public BridgeSettingsException(string message)
        : base(message)
    {
    }

    public BridgeSettingsException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public BridgeSettingsException(IReadOnlyList<string> problems)
        : base($"The bridge's settings are wrong:{Environment.NewLine}{string.Join(Environment.NewLine, problems.Select(problem => $"  {problem}"))}") => Problems = problems;

    /// <summary>Each begins with the name of the setting.</summary>
    public IReadOnlyList<string> Problems { get; } = [];
}
