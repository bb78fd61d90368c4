using System.Net;
using System.Net.Sockets;
using System.Text;
using Fablab.MachineSimulator;
using Fablab.MachineSimulator.Grbl;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Fablab.Bridge.Tests.Simulator;

public class A_simulated_CNC_machine
{
    private static readonly TimeSpan HangLimit = TimeSpan.FromSeconds(20);

    private readonly FakeTimeProvider _clock = new();
    private CancellationTokenSource _limit = null!;
    private SimulatedGrbl _machine = null!;

    [SetUp]
    public async Task Start()
    {
        _limit = new CancellationTokenSource(HangLimit);
        _machine = new SimulatedGrbl(new SimulatedMachineOptions { Code = "cnc-1" }, _clock, NullLogger<SimulatedGrbl>.Instance);
        await _machine.StartAsync(CancellationToken.None);
    }

    [TearDown]
    public async Task Stop()
    {
        await _machine.DisposeAsync();
        _limit.Dispose();
    }

    [Test]
    public async Task Greets_its_client_when_at_rest()
    {
        using var client = await ConnectAsync();

        Assert.That(await LinesAsync(client, 2), Is.EqualTo(new[] { "", "Grbl 1.1h ['$' for help]" }));
    }

    [Test]
    public async Task Goes_on_when_its_client_leaves_and_does_not_greet_the_next_as_if_it_had_restarted()
    {
        using (var first = await ConnectAsync())
        {
            await LinesAsync(first, 2);
            await SendAsync(first, "G1 X100 F60\n");
            await LinesAsync(first, 1);
            _machine.Inject("unplug");
            await LinesAsync(first, 1);
        }

        _clock.Advance(TimeSpan.FromSeconds(30));
        using var second = await ConnectFreedAsync();
        await SendAsync(second, "?");

        Assert.That((await LinesAsync(second, 1)).Single(), Does.StartWith("<Run|MPos:30.000,"));
    }

    [Test]
    public async Task Turns_a_second_client_away()
    {
        using var first = await ConnectAsync();
        await LinesAsync(first, 2);

        using var second = await ConnectAsync();

        Assert.That(await LinesAsync(second, 1), Is.Empty, "the connection is closed at once");
    }

    private async Task<TcpClient> ConnectAsync()
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPEndPoint.Parse(new Uri(_machine.Address).Authority), _limit.Token);
        return client;
    }

    /// <summary>The place of a client that left is free a moment later; until then newcomers are turned away.</summary>
    private async Task<TcpClient> ConnectFreedAsync()
    {
        while (true)
        {
            var client = await ConnectAsync();
            await SendAsync(client, "?");
            if ((await LinesAsync(client, 1)).Count > 0)
            {
                return client;
            }

            client.Dispose();
        }
    }

    private async Task SendAsync(TcpClient client, string text)
    {
        try
        {
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text), _limit.Token);
        }
        catch (IOException)
        {
            // Turned away meanwhile; reading tells.
        }
    }

    /// <returns>As many lines as asked for, or fewer when the connection ended before.</returns>
    private async Task<List<string>> LinesAsync(TcpClient client, int count)
    {
        List<string> lines = [];
        var line = new StringBuilder();
        var one = new byte[1];
        try
        {
            while (lines.Count < count && await client.GetStream().ReadAsync(one, _limit.Token) > 0)
            {
                if (one[0] == '\n')
                {
                    lines.Add(line.ToString().TrimEnd('\r'));
                    line.Clear();
                }
                else
                {
                    line.Append((char)one[0]);
                }
            }
        }
        catch (IOException)
        {
            // Reset by the other side: as good as an end.
        }

        return lines;
    }
}
