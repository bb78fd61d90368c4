using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Jobs;
using Fablab.Domain.Billing;
using Fablab.Domain.Desks;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Domain.UsageSessions;
using NodaTime;

namespace Fablab.Benchmarks;

/// <summary>What one meter record and one lease renewal cost beside the database. The limit: copying the desk once, for every decision makes a new one.</summary>
[MemoryDiagnoser]
[SimpleJob(RuntimeMoniker.HostProcess, launchCount: 1, warmupCount: 3, iterationCount: 10)]
public class Deciding_at_a_desk
{
    private static readonly Instant Nine = Instant.FromUtc(2026, 3, 2, 9, 0);

    private MachineDesk desk = null!;
    private DeskEvent meter = null!;
    private LeaseWish wish = null!;
    private Tariff tariff = null!;

    [GlobalSetup]
    public void A_machine_in_use()
    {
        var member = new MemberId(Guid.NewGuid());
        var machine = new MachineId(Guid.NewGuid());
        var slot = new TimeSlot(Nine, Nine + Duration.FromHours(1));
        tariff = new Tariff
        {
            Id = new(Guid.NewGuid()), Version = 1, Name = "laser", Currency = "EUR", HourlyRateMicros = 24_000_000, Basis = TimeBasis.Session,
            Increment = Duration.FromMinutes(1), Minimum = Duration.FromMinutes(5), VatRateBasisPoints = 2000,
        };
        desk = new MachineDesk
        {
            Machine = machine,
            Policy = new MachinePolicy
            {
                HazardClass = HazardClass.H, CheckInLead = Duration.FromMinutes(10), Grace = Duration.FromMinutes(15), IdleLimit = Duration.FromMinutes(30),
                PresenceLimit = Duration.FromMinutes(5),
            },
            Current = new Reservation
            {
                Id = new(Guid.NewGuid()), Machine = machine, Member = member, BookedBy = member, Slot = slot, Kept = slot, BookedSlot = slot, State = ReservationState.Confirmed, BookedAt = Nine, Tariff = tariff.Id,
            },
            Desired = DesiredState.Initial,
        };
        desk = Taken(new DeskEvent.CheckIn(member, new UsageSessionId(Guid.NewGuid())));
        var session = desk.Session!;
        wish = new LeaseWish(session.Id, session.Generation, null);
        (_, desk) = LeaseRules.Answer(desk, wish, Nine);
        desk = Taken(new DeskEvent.SessionArmed(session.Id, Nine));
        var second = Duration.FromSeconds(1);
        meter = new DeskEvent.SessionMetered(session.Id, new MeterRead(Nine + second, second, second, second, true, false, 60, null));
    }

    [Benchmark(Baseline = true)]
    public MachineDesk Copy() => desk with { LastGeneration = desk.LastGeneration };

    [Benchmark]
    public MachineDesk Meter_record() => Taken(meter);

    [Benchmark]
    public LeaseDecision Lease() => LeaseRules.Answer(desk, wish, Nine).Decision;

    [Benchmark]
    public Rated Rating_of_a_session() => Rating.Rate(new Usage(Duration.FromHours(1), Duration.FromMinutes(37), Duration.FromMinutes(21), 1_234_567), tariff);

    private MachineDesk Taken(DeskEvent happened) =>
        DeskRules.Handle(desk, happened, Nine).TryGet(out var decision, out var refusal) ? decision.Desk : throw new InvalidOperationException(refusal.Code);
}
