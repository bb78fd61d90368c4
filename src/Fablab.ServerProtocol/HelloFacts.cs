using Fablab.Contracts;
using Fablab.Domain.Bridges;
using Fablab.Domain.Journals;
using KnownClass = Fablab.Domain.Machines.HazardClass;

namespace Fablab.ServerProtocol;

/// <summary>A bridge's greeting in the domain's words, and the answers in the wire's.</summary>
public static class HelloFacts
{
    public static BridgeHello Of(Hello hello, Guid bridge) => new()
    {
        Bridge = bridge,
        SpeaksOurProtocol = hello.ProtocolMin <= Hello.ProtocolVersion && hello.ProtocolMax >= Hello.ProtocolVersion,
        SpoolId = hello.SpoolId,
        Epoch = hello.Epoch,
        BootId = hello.BootId,
        MonotonicMilliseconds = hello.MonotonicMilliseconds,
        Held = hello.Held.Select(held => new HeldSpan(held.Epoch, held.FirstSequence, held.AcknowledgedUpTo)).ToList(),
        Machines = hello.Machines.Select(machine => new SaidMachine(machine.Machine, ClassOf(machine.HazardClass))).ToList(),
    };

    public static SignOfLife Sign(Online online) => new(online.BootId, online.Epoch, online.Up);

    public static ReportNumber Number(ReportedTwin twin) => new(twin.Epoch, twin.Version);

    public static JournalAck Ack(SpoolMark mark) => new() { SpoolId = mark.SpoolId, Epoch = mark.Epoch, UpTo = mark.UpTo };

    /// <summary>Asks for everything behind the mark.</summary>
    public static ReplayRequest AskAgain(SpoolMark mark) => new() { SpoolId = mark.SpoolId, Epoch = mark.Epoch, FromSequence = mark.UpTo + 1 };

    private static KnownClass ClassOf(HazardClass hazard) => hazard switch
    {
        HazardClass.H => KnownClass.H,
        HazardClass.R => KnownClass.R,
        _ => KnownClass.L,
    };
}
