using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Fablab.Benchmarks;

/// <summary>The program as a process of its own over a folder, and a client that is signed in to it.</summary>
internal sealed class RunningLab : IAsyncDisposable
{
    private const string Address = "http://127.0.0.1:5598";

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(120);

    private readonly Process server;

    private RunningLab(Process server) => this.server = server;

    public HttpClient Http { get; } = new() { BaseAddress = new Uri(Address) };

    /// <param name="postgres">Connection string of its database; <see langword="null"/> for SQLite in the folder.</param>
    public static async Task<RunningLab> StartAsync(string folder, string? postgres = null)
    {
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "Fablab.Web.dll"), $"--urls={Address}", $"--Storage:DataFolder={folder}", "--Demo:Enabled=true",
            "--Demo:HostsMachines=false", "--Demo:HostsBridges=false", "--Broker:Port=0", "--Logging:LogLevel:Default=Error",
            .. postgres is null ? Array.Empty<string>() : ["--Storage:Provider=Postgres", $"--Storage:ConnectionString={postgres}"],
        ];
        var server = Process.Start(new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
        }) ?? throw new InvalidOperationException("The program does not start.");
        server.BeginOutputReadLine();   // or it would wait for a reader
        var lab = new RunningLab(server);
        try
        {
            await lab.AnswersAsync();
            lab.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await lab.SignInAsync("maker@fablab.example"));
            return lab;
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks one after the other, some times for nothing so that all is compiled.</summary>
    public async Task<Cost> MeasureAsync(int warmUps, int times, Func<int, Task> ask)
    {
        for (var i = 0; i < warmUps; i++)
        {
            await ask(i);
        }

        var latencies = new double[times];
        var cpuBefore = Cpu();
        for (var i = 0; i < times; i++)
        {
            var began = Stopwatch.GetTimestamp();
            await ask(i);
            latencies[i] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        }

        return new Cost(latencies, (Cpu() - cpuBefore).TotalMilliseconds / times);
    }

    /// <returns>An access token.</returns>
    public async Task<string> SignInAsync(string email)
    {
        using var answer = await Http.PostAsJsonAsync("/api/v1/sign-in", new { email, password = "fablab-demo-2026" });
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        server.Kill();
        await server.WaitForExitAsync();
        server.Dispose();
    }

    /// <summary>What the server has used so far.</summary>
    public TimeSpan Cpu()
    {
        server.Refresh();
        return server.TotalProcessorTime;
    }

    private async Task AnswersAsync()
    {
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < StartLimit && !server.HasExited)
        {
            try
            {
                using var answer = await Http.GetAsync("/health/ready");
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }

        throw new InvalidOperationException("The program did not become ready.");
    }
}

/// <summary>What asking cost: milliseconds in rising order, and milliseconds of CPU for each.</summary>
internal sealed class Cost
{
    private readonly double[] latencies;

    public Cost(double[] latencies, double cpu)
    {
        (this.latencies, Cpu) = (latencies, cpu);
        Array.Sort(latencies);
    }

    public double Cpu { get; }

    public double Median => latencies[latencies.Length / 2];

    public double P95 => latencies[latencies.Length * 95 / 100];

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"median {Median,8:N2} ms, 95 % {P95,8:N2} ms, CPU {Cpu,7:N2} ms");
}
