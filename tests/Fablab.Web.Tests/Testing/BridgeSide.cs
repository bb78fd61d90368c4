using System.Net.Http.Json;
using System.Text.Json;
using Fablab.Contracts;
using Fablab.Web.Data.Rows;
using Fablab.Web.Messaging;
using Fablab.Web.Messaging.Journals;
using Fablab.Web.Messaging.Leases;
using Microsoft.Extensions.DependencyInjection;

namespace Fablab.Web.Tests.Testing;

/// <summary>Plays the atelier's bridge towards the web, from its hash chain on, without a broker in between.</summary>
internal sealed class BridgeSide(LabApp lab)
{
    public static readonly BridgeAddress Atelier = new("atelier", "atelier-bridge");

    public static readonly BridgeAddress Campus = new("campus", "campus-bridge");

    private readonly Guid spool = Guid.NewGuid();
    private readonly List<JournalRecord> written = [];

    public JournalRecord Write(JournalContent content) => WriteText(ContractsJson.WriteText(content));

    public JournalRecord WriteText(string text)
    {
        var before = written.Count == 0 ? JournalHash.Start : written[^1].Hash;
        var record = new JournalRecord(written.Count + 1, text, before, JournalHash.Of(before, spool, 1, written.Count + 1, text));
        written.Add(record);
        return record;
    }

    public JournalRecord Meter(Guid session, long deltaMilliseconds, long totalMilliseconds, string machine = "printer-1") => Write(At(machine) with
    {
        Meter = new MeterReported
        {
            Session = session,
            Generation = 1,
            State = MeterState.Active,
            Source = MeterSource.Controller,
            DeltaMilliseconds = deltaMilliseconds,
            TotalMilliseconds = totalMilliseconds,
            ActiveMilliseconds = totalMilliseconds,
        },
    });

    public JournalRecord Close(Guid session, long totalMilliseconds, string reason = "job-ended", string machine = "printer-1") => Write(At(machine) with
    {
        Session = new SessionReported { Session = session, Generation = 1, Turn = SessionTurn.Closed, Reason = reason, TotalMilliseconds = totalMilliseconds },
    });

    /// <summary>A record of the right place and chain with other content, as a copied SD card would send.</summary>
    public JournalRecord Forge(JournalRecord of, JournalContent content)
    {
        var text = ContractsJson.WriteText(content);
        return of with { Content = text, Hash = JournalHash.Of(of.PreviousHash, spool, 1, of.Sequence, text) };
    }

    public JournalContent At(string machine) => new() { Machine = machine, At = lab.Clock.GetUtcNow(), MonotonicMilliseconds = 0 };

    public Task<JournalAnswer> SendAsync(params JournalRecord[] records) => SendAsAsync(Atelier, records);

    public async Task<JournalAnswer> SendAsAsync(BridgeAddress sender, params JournalRecord[] records)
    {
        var bridge = await lab.Services.GetRequiredService<MachineDirectory>().BridgeAsync(sender, CancellationToken.None);
        await using var scope = lab.Services.CreateAsyncScope();
        var batch = new JournalBatch { SpoolId = spool, Epoch = 1, Records = records };
        return await scope.ServiceProvider.GetRequiredService<JournalInbox>().TakeAsync(bridge!, batch, CancellationToken.None);
    }

    public async Task<Greeting> SayHelloAsync(
        long monotonicMilliseconds = 0, HazardClass? printerClass = null, Guid? bootId = null, IReadOnlyList<HeldRecords>? held = null, BridgeAddress? sender = null)
    {
        var bridge = await lab.Services.GetRequiredService<MachineDirectory>().BridgeAsync(sender ?? Atelier, CancellationToken.None);
        await using var scope = lab.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<BridgeGreeting>().AnswerAsync(bridge!, new Hello
        {
            ProtocolMin = Hello.ProtocolVersion,
            ProtocolMax = Hello.ProtocolVersion,
            BridgeVersion = "test",
            SpoolId = spool,
            Epoch = 1,
            BootId = bootId ?? spool,
            At = lab.Clock.GetUtcNow(),
            MonotonicMilliseconds = monotonicMilliseconds,
            Held = held ?? [],
            Machines = printerClass is { } said
                ? [new HelloMachine { Machine = "printer-1", HazardClass = said, HasInterlock = false, HasJobControl = true, HasMeter = false }]
                : [],
        }, CancellationToken.None);
    }

    public async Task<LeaseAnswer> AskLeaseAsync(Guid session, long generation, string machine, Guid? job = null)
    {
        var address = await lab.Services.GetRequiredService<MachineDirectory>().FindAsync(machine, CancellationToken.None);
        await using var scope = lab.Services.CreateAsyncScope();
        var request = new LeaseRequest { Nonce = "1-1", Machine = machine, Session = session, Generation = generation, Job = job };
        return await scope.ServiceProvider.GetRequiredService<LeaseDesk>().AnswerAsync(address!.Id, request, CancellationToken.None);
    }

    /// <summary>Books from now on, checks in and asks for the first lease, as a member and a bridge would.</summary>
    public async Task<(Guid Reservation, Guid Session)> BeginUseAsync(HttpClient member, string machine = "printer-1", Guid? projectId = null)
    {
        var now = lab.Clock.GetUtcNow();
        var booking = await member.PostAsJsonAsync(
            "/api/v1/reservations", new { machine, start = now.UtcDateTime, end = now.AddHours(1).UtcDateTime, projectId });
        Assert.That(booking.IsSuccessStatusCode, await booking.Content.ReadAsStringAsync());
        var reservation = (await booking.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetGuid();
        var checkIn = await member.PostAsync($"/api/v1/reservations/{reservation}/check-in", null);
        Assert.That(checkIn.IsSuccessStatusCode, await checkIn.Content.ReadAsStringAsync());
        var session = (await checkIn.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("sessionId").GetGuid();
        var lease = await AskLeaseAsync(session, await GenerationAsync(session), machine);
        Assert.That(lease.Granted, lease.Refusal);
        return (reservation, session);
    }

    private Task<long> GenerationAsync(Guid session) => lab.WithDbAsync(async db =>
        (await db.UsageSessions.FindAsync(new Fablab.Domain.UsageSessions.UsageSessionId(session)))!.Generation);
}
