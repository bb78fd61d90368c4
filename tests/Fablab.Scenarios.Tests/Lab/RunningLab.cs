using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Fablab.Scenarios.Tests.Lab;

/// <summary>A whole lab of processes with a folder and ports of its own. What was started is killed at the end, however the test ends.</summary>
internal sealed class RunningLab : IAsyncDisposable
{
    private const string DevicePassword = "plugs-of-the-tests";
    private const string BrokerPassword = "web-of-the-tests";
    private const int MachinePorts = 3;

    private readonly LabSetup _setup;
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"fablab-scenario-{Guid.NewGuid():N}");
    private readonly int _webPort = FreePorts.Take(1);
    private readonly int _brokerPort = FreePorts.Take(1);
    private readonly int _administrationPort = FreePorts.Take(1);
    private readonly int _firstMachinePort = FreePorts.Take(MachinePorts);
    private readonly HttpClient _http = new() { Timeout = Limits.Answer };

    private RunningLab(LabSetup setup)
    {
        _setup = setup;
        Web = LabProcess.OfDotnet("web", "Fablab.Web.dll", Path.Combine(_folder, "web"), WebSettings());
        Machines = setup.HasOwnMachines
            ? LabProcess.OfDotnet("machines", "Fablab.MachineSimulator.dll", Path.Combine(_folder, "machines"), MachineSettings())
            : Web;
        Bridges = setup.HasOwnBridges
            ? [.. setup.Bridges.Select(bridge => LabProcess.OfDotnet(
                bridge, "Fablab.Bridge.dll", Path.Combine(_folder, bridge), new Dictionary<string, string>(), "--settings", SettingsOf(bridge)))]
            : [];
    }

    public LabProcess Web { get; }

    public LabProcess Machines { get; }

    public IReadOnlyList<LabProcess> Bridges { get; }

    public LabProcess? Mosquitto { get; private set; }

    /// <summary>What lies on disk: the last word on what was kept.</summary>
    public LabRecords Records => new(Path.Combine(DataFolder, "fablab.db"), DataFolder);

    private string DataFolder => Path.Combine(_folder, "data");

    private string Address => $"http://127.0.0.1:{_webPort}";

    /// <summary>A lab of which nothing runs yet.</summary>
    public static RunningLab Prepare(LabSetup setup) => new(setup);

    public static async Task<RunningLab> StartAsync(LabSetup setup)
    {
        var lab = new RunningLab(setup);
        try
        {
            await lab.StartAllAsync();
            return lab;
        }
        catch
        {
            lab.TellLogs();
            await lab.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a scenario in a lab of its own; when it fails, the programs' last words stand in the test's output.</summary>
    public static async Task WithAsync(LabSetup setup, Func<RunningLab, Task> scenario)
    {
        await using var lab = await StartAsync(setup);
        try
        {
            await scenario(lab);
        }
        catch
        {
            lab.TellLogs();
            throw;
        }
    }

    public Task<LabClient> SignInAsync(string email) => LabClient.SignInAsync(new Uri(Address), email);

    /// <summary>A bare client with a token of this person, for many calls at once; the caller owns it.</summary>
    public async Task<HttpClient> HttpClientOfAsync(string email)
    {
        using var answer = await _http.PostAsJsonAsync(new Uri($"{Address}/api/v1/sign-in"), new { email, password = People.Password });
        var token = (string)(await answer.Content.ReadFromJsonAsync<JsonNode>())!["token"]!;
        var client = new HttpClient { BaseAddress = new Uri(Address), Timeout = Limits.Answer };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    public async Task StartWebAsync()
    {
        Web.Start();
        await Eventually.BeSoAsync("the web's readiness", Limits.Start, async () =>
        {
            if (!Web.IsAlive)
            {
                throw new AssertionException($"The web ended by itself:{Environment.NewLine}{Web.Tail}");
            }

            using var answer = await _http.GetAsync(new Uri($"{Address}/health/ready"));
            return (int)answer.StatusCode < 500;
        });
    }

    public void StartBridges()
    {
        foreach (var bridge in Bridges)
        {
            bridge.Start();
        }
    }

    public void KillBridges()
    {
        foreach (var bridge in Bridges)
        {
            bridge.Kill();
        }
    }

    public void Kill(Victim victim)
    {
        if (victim is Victim.Web or Victim.Both)
        {
            Web.Kill();
        }

        if (victim is Victim.Bridge or Victim.Both)
        {
            KillBridges();
        }
    }

    public async Task StartAgainAsync(Victim victim)
    {
        if (victim is Victim.Bridge or Victim.Both)
        {
            StartBridges();
        }

        if (victim is Victim.Web or Victim.Both)
        {
            await StartWebAsync();
        }
    }

    /// <summary>When current could flow through a plug, oldest first; the first says that it could not.</summary>
    public async Task<IReadOnlyList<PlugChange>> PlugAsync(string plug) => [.. (await SeenAtAsync(plug)).Select(PlugChange.Parse)];

    /// <param name="limit">How long the lab may take for it.</param>
    public Task<PlugChange> SeePlugAsync(string plug, bool isOn, TimeSpan limit) =>
        Eventually.SeeAsync($"{plug} that is {(isOn ? "on" : "off")}", limit, async () =>
            (await PlugAsync(plug))[^1] is var now && now.IsOn == isOn ? now : null);

    /// <summary>What a person beside the machine saw, oldest first.</summary>
    public async Task<IReadOnlyList<string>> SeenAtAsync(string machine)
    {
        var address = _setup.HasOwnMachines
            ? $"http://127.0.0.1:{_administrationPort}/simulator/{machine}/told"
            : $"http://127.0.0.1:{PrinterPort(machine)}/simulator/told";
        return (await _http.GetStringAsync(new Uri(address))).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>The same, of one job only: <c>PrintStarted</c>, <c>PrintDone</c> …</summary>
    public async Task<IReadOnlyList<string>> SeenOfJobAsync(string machine, Guid job) =>
        [.. (await SeenAtAsync(machine)).Where(line => line.Replace("-", "", StringComparison.Ordinal).Contains($"{job:N}", StringComparison.OrdinalIgnoreCase))];

    /// <summary>Makes something happen at the machine itself.</summary>
    public async Task HappenAtAsync(string machine, string what)
    {
        using var answer = await _http.PostAsync(new Uri($"http://127.0.0.1:{_administrationPort}/simulator/{machine}/{what}"), null);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>For the log of a test that failed.</summary>
    public void TellLogs()
    {
        foreach (var process in Processes())
        {
            TestContext.Out.WriteLine($"--- {process.Name}{(process.IsAlive ? "" : " (not running)")} ---{Environment.NewLine}{process.Tail}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in Processes())
        {
            process.Dispose();
        }

        _http.Dispose();
        await Eventually.BeSoAsync("an end of the lab's folder", Limits.Death, () =>
        {
            if (Directory.Exists(_folder))
            {
                Directory.Delete(_folder, recursive: true);
            }

            return Task.FromResult(true);
        });
    }

    private IEnumerable<LabProcess> Processes()
    {
        List<LabProcess?> all = [Web, .. Bridges, Machines, Mosquitto];
        return all.OfType<LabProcess>().Distinct();
    }

    private async Task StartAllAsync()
    {
        await StartWebAsync();
        Records.NeedNoCleanUp();
        if (_setup.HasMosquitto)
        {
            Mosquitto = await MosquittoProcess.CreateAsync(Path.Combine(_folder, "mosquitto"), _brokerPort, Accounts());
            Mosquitto.Start();
        }

        if (_setup.HasOwnMachines)
        {
            Machines.Start();
        }

        StartBridges();
        var lookout = await SignInAsync(People.Maker);
        var watched = _setup.Bridges.Contains("atelier-bridge") ? "printer-1" : "laser-1";
        await lookout.SeeBridgeOnlineAsync(watched);
    }

    private IReadOnlyList<MosquittoAccount> Accounts() =>
    [
        MosquittoAccount.OfWeb(BrokerPassword),
        .. Directory.EnumerateFiles(Path.Combine(DataFolder, "bridges"), "*.json").SelectMany(file =>
            MosquittoAccount.OfBridge(JsonNode.Parse(File.ReadAllText(file))!["Bridge"]!, DevicePassword)),
    ];

    private string SettingsOf(string bridge) => Path.Combine(DataFolder, "bridges", $"{bridge}.json");

    private int PrinterPort(string machine) => _firstMachinePort + (machine == "printer-1" ? 0 : 1);

    private Dictionary<string, string> WebSettings() => new()
    {
        ["DOTNET_ENVIRONMENT"] = "Scenario",
        ["ASPNETCORE_ENVIRONMENT"] = "Scenario",
        ["ASPNETCORE_URLS"] = Address,
        ["Web__PublicAddress"] = Address,
        ["Logging__Console__FormatterName"] = "simple",
        ["Storage__DataFolder"] = DataFolder,
        ["Broker__Port"] = Text(_brokerPort),
        ["Broker__Embedded"] = _setup.HasMosquitto ? "false" : "true",
        ["Messaging__Port"] = Text(_brokerPort),
        ["Messaging__User"] = MosquittoAccount.WebUser,
        ["Messaging__Password"] = BrokerPassword,
        ["Logging__LogLevel__Quartz"] = "Warning",
        ["SignIn__AttemptsPerMinute"] = "1000",
        ["Demo__Enabled"] = "true",
        ["Demo__FirstMachinePort"] = Text(_firstMachinePort),
        ["Demo__MachineSpeed"] = _setup.Speed.ToString(CultureInfo.InvariantCulture),
        ["Demo__HostsMachines"] = _setup.HasOwnMachines ? "false" : "true",
        ["Demo__HostsBridges"] = _setup.HasOwnBridges ? "false" : "true",
        ["Demo__DevicePassword"] = DevicePassword,
    };

    private Dictionary<string, string> MachineSettings()
    {
        var settings = new Dictionary<string, string>
        {
            ["MachineSimulator__AdministrationPort"] = Text(_administrationPort),
            ["Logging__LogLevel__Microsoft.AspNetCore"] = "Warning",
        };
        Printer(0, "printer-1", _firstMachinePort);
        Printer(1, "printer-2", _firstMachinePort + 1);
        Add(2, ("Code", "cnc-1"), ("Kind", "Grbl"), ("Port", Text(_firstMachinePort + 2)), ("Speed", _setup.MillSpeed.ToString(CultureInfo.InvariantCulture)));
        Plug(3, "plug-cnc-1");
        Plug(4, "plug-laser-1");
        return settings;

        void Printer(int index, string code, int port) =>
            Add(index, ("Code", code), ("Kind", "OctoPrint"), ("Port", Text(port)), ("ApiKey", "simulated-printer"), ("Speed", _setup.Speed.ToString(CultureInfo.InvariantCulture)));

        void Plug(int index, string topic) =>
            Add(index, ("Code", topic), ("Kind", "TasmotaPlug"), ("Topic", topic), ("BrokerPort", Text(_brokerPort)), ("BrokerUser", topic), ("BrokerPassword", DevicePassword));

        void Add(int index, params (string Name, string Value)[] values)
        {
            foreach (var (name, value) in values)
            {
                settings[$"MachineSimulator__Machines__{index}__{name}"] = value;
            }
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
