using Fablab.Bridge.Spool;
using Fablab.Bridge.Supervision;
using Fablab.Contracts;
using Fablab.Simulation.Broker;

namespace Fablab.Simulation.Bridges;

/// <summary>The bridge's side of the wire.</summary>
internal sealed partial class SimulatedBridge
{
    private void Report(MachineNode machine, ReportedTwin twin)
    {
        // Numbers that move every second are for the eyes; carrying a tenth of them tests as much.
        var isNews = machine.Told is not { } told || told.Mode != twin.Mode || told.DesiredVersion != twin.DesiredVersion || told.Relay != twin.Relay
            || told.Session?.Id != twin.Session?.Id || told.Job?.State != twin.Job?.State || twin.Version - told.Version >= 10;
        if (isNews)
        {
            machine.Told = twin;
            observer.Versions.Reported(twin);
            Publish(Topics.Reported(settings.Address, machine.Code), twin, isRetained: true);
        }
    }

    /// <summary>The web repeats what it has no confirmation of, so our last report was lost on its way.</summary>
    private void RepeatReport(MachineNode machine, DesiredTwin twin)
    {
        if (machine.State.Memory.Desired?.Version == twin.Version && machine.State.Reporting.Last is { } last)
        {
            Publish(Topics.Reported(settings.Address, machine.Code), last, isRetained: true);
        }
    }

    private void Receive(Frame frame)
    {
        if (!TopicName.TryParse(frame.Topic, out var topic))
        {
            return;
        }

        switch (topic.Channel)
        {
            case TopicChannel.Desired when Machine(topic.Machine) is { } machine && Read<DesiredTwin>(frame) is { } twin:
                observer.Relays.DesiredReceived(twin);
                observer.Jobs.DesiredReceived(twin);
                RepeatReport(machine, twin);
                Step(machine, new SupervisorEvent.DesiredReceived(twin));
                break;
            case TopicChannel.LeaseAnswer when Machine(topic.Machine) is { } machine && cores.Open(settings.LeaseKey, frame) is { } answer:
                Step(machine, new SupervisorEvent.LeaseAnswered(answer));
                break;
            case TopicChannel.JournalAck when Read<JournalAck>(frame) is { } ack:
                Pump(new SenderEvent.Acknowledged(ack));
                break;
            case TopicChannel.Replay when Read<ReplayRequest>(frame) is { } request:
                Pump(new SenderEvent.ReplayAsked(request));
                break;
        }
    }

    private void Connected()
    {
        foreach (var machine in machines)
        {
            if (machine.State.Reporting.Last is { } last)
            {
                machine.Told = last;
                Publish(Topics.Reported(settings.Address, machine.Code), last, isRetained: true);
            }
        }

        Pump(new SenderEvent.Connected());
    }

    private void Pump(SenderEvent happened) => pump.Handle(happened, cores.Now(clock).MonotonicMilliseconds);

    private void SayHello(IReadOnlyList<HeldRecords> held) => Publish(Topics.Hello(settings.Address), HelloOf(held), isRetained: false);

    private Hello HelloOf(IReadOnlyList<HeldRecords> held) => new()
    {
        ProtocolMin = Hello.ProtocolVersion,
        ProtocolMax = Hello.ProtocolVersion,
        BridgeVersion = "simulated",
        SpoolId = disk.SpoolId,
        Epoch = disk.Epoch,
        BootId = bootId,
        At = clock.Wall,
        MonotonicMilliseconds = cores.Now(clock).MonotonicMilliseconds,
        Held = held,
        Machines = machines.Select(machine => new HelloMachine
        {
            Machine = machine.Code,
            HazardClass = machine.Setup.HazardClass,
            HasInterlock = machine.Setup.HasInterlock,
            HasJobControl = machine.Setup.HasJobControl,
            HasMeter = machine.Setup.HasMeter,
        }).ToList(),
    };

    private bool SendBatch(JournalBatch batch)
    {
        world.Note(Name, $"sends {batch.Epoch}/{batch.Records[0].Sequence}..{batch.Records[^1].Sequence}");
        return Publish(Topics.Journal(settings.Address), batch, isRetained: false);
    }

    private bool Publish<T>(string topic, T message, bool isRetained) => broker.Publish(link, topic, ContractsJson.Write(message), isRetained);

    private MachineNode? Machine(string? code) => machines.Find(machine => machine.Code == code);

    private static T? Read<T>(Frame frame)
        where T : class => ContractsJson.TryRead<T>(frame.Payload, out var message, out _) ? message : null;
}
