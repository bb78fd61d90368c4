using Fablab.Domain.Billing;
using Fablab.Domain.Desks;
using Fablab.Domain.MachineJobs;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Presence;
using Fablab.Domain.Reservations;
using Fablab.Domain.UsageSessions;

namespace Fablab.Domain.Tests.Desks;

/// <summary>A desk with Ada's reservation from 09:00 to 10:00, to which a test lets things happen.</summary>
internal sealed class DeskInUse
{
    public static readonly MemberId Ada = new(Guid.Parse("00000000-0000-0000-0000-00000000ada0"));
    public static readonly MemberId Ben = new(Guid.Parse("00000000-0000-0000-0000-00000000be00"));
    public static readonly MachineId Machine = new(Guid.Parse("00000000-0000-0000-0000-0000000000aa"));

    private int sessions;

    public DeskInUse(HazardClass hazardClass = HazardClass.L, Func<MachinePolicy, MachinePolicy>? policy = null)
    {
        var rules = new MachinePolicy
        {
            HazardClass = hazardClass,
            CheckInLead = Duration.FromMinutes(10),
            Grace = Duration.FromMinutes(15),
            IdleLimit = Duration.FromMinutes(30),
            PresenceLimit = Duration.FromMinutes(5),
        };
        Desk = new MachineDesk
        {
            Machine = Machine,
            Policy = policy?.Invoke(rules) ?? rules,
            Current = ReservationOf(Ada, Monday.Slot((9, 0), (10, 0))),
            Desired = DesiredState.Initial,
        };
    }

    public MachineDesk Desk { get; private set; }

    /// <summary>What rules ask of who is in.</summary>
    public void Asks(PresenceAtStart presence) => Desk = Desk with { Presence = presence };

    public List<DeskEffect> Effects { get; } = [];

    public UsageSession Session => Desk.Session ?? throw new InvalidOperationException("No session is open.");

    public IEnumerable<TimeSlot> Freed => Effects.OfType<DeskEffect.TimeFreed>().Select(e => e.Slot);

    public IEnumerable<UsageSession> Ended => Effects.OfType<DeskEffect.SessionEnded>().Select(e => e.Session);

    public IEnumerable<Reservation> Left => Effects.OfType<DeskEffect.ReservationChanged>().Select(e => e.Reservation);

    /// <summary>A class R machine with a job attached, which the policy may start by itself and which ends the session.</summary>
    public static DeskInUse Printer(bool startsUnattended = false, bool endsWithJob = true, int cleanUpMinutes = 0) =>
        new DeskInUse(HazardClass.R, policy => policy with
        {
            StartsUnattended = startsUnattended,
            EndsWithJob = endsWithJob,
            CleanUp = Duration.FromMinutes(cleanUpMinutes),
        }).WithJob();

    public static Reservation ReservationOf(MemberId member, TimeSlot slot) => new()
    {
        Id = new ReservationId(Guid.NewGuid()),
        Machine = Machine,
        Member = member,
        BookedBy = member,
        Slot = slot,
        Kept = slot,
        BookedSlot = slot,
        State = ReservationState.Confirmed,
        BookedAt = Monday.At(7),
        Tariff = new TariffId(Guid.Empty),
    };

    public DeskInUse WithJob(Duration? estimate = null)
    {
        var job = new MachineJob
        {
            Id = new MachineJobId(Guid.NewGuid()),
            Member = Desk.Current!.Member,
            Machine = Machine,
            FileName = "puck.gcode",
            Sha256 = new string('a', 64),
            Bytes = 116_688,
            Estimate = estimate ?? Duration.FromMinutes(20),
            State = MachineJobState.Waiting,
            Intent = JobIntent.Run,
        };
        return With(desk => desk with { Job = job, Current = desk.Current! with { Job = job.Id } });
    }

    public DeskInUse With(Func<MachineDesk, MachineDesk> change)
    {
        Desk = change(Desk);
        return this;
    }

    /// <summary>Ben has booked the time behind Ada's; it comes to the desk when hers is over.</summary>
    public DeskInUse NextComes(TimeSlot slot) => With(desk => desk with { Current = ReservationOf(Ben, slot) });

    public Refusal? Do(DeskEvent happened, Instant now)
    {
        if (!DeskRules.Handle(Desk, happened, now).TryGet(out var decision, out var refusal))
        {
            return refusal;
        }

        Desk = decision.Desk;
        Effects.AddRange(decision.Effects);
        return null;
    }

    public Refusal? CheckIn(Instant now, MemberId? by = null) => Do(new DeskEvent.CheckIn(by ?? Ada, NewSession()), now);

    public Refusal? TimePasses(Instant now) => Do(new DeskEvent.TimePassed(NewSession()), now);

    /// <summary>The bridge asks for a lease, gets it and arms.</summary>
    public DeskInUse Arms(Instant now)
    {
        LeaseIsAskedFor(now);
        Do(new DeskEvent.SessionArmed(Session.Id, now), now);
        return this;
    }

    public LeaseDecision LeaseIsAskedFor(Instant now, LeaseWish? wish = null)
    {
        var (decision, desk) = LeaseRules.Answer(Desk, wish ?? new LeaseWish(Session.Id, Session.Generation, Desk.Job?.Id), now);
        Desk = desk;
        return decision;
    }

    public DeskInUse Works(Instant now, int seconds = 15)
    {
        var total = Session.Total + Duration.FromSeconds(seconds);
        var active = Session.Active + Duration.FromSeconds(seconds);
        Do(new DeskEvent.SessionMetered(Session.Id, new MeterRead(now, Duration.FromSeconds(seconds), total, active, true, false, null, null)), now);
        return this;
    }

    public DeskInUse JobIs(MachineJobState state, Instant now, string? reason = null)
    {
        Do(new DeskEvent.JobMoved(Desk.Job!.Id, now, state, reason), now);
        return this;
    }

    public DeskInUse BridgeCloses(Instant now, string reason = "ended")
    {
        Do(new DeskEvent.SessionClosed(Session.Id, now, Session.Total, reason), now);
        return this;
    }

    /// <summary>Ada checked in at nine and the bridge armed.</summary>
    public DeskInUse Running(Instant? since = null)
    {
        CheckIn(since ?? Monday.At(9));
        return Arms(since ?? Monday.At(9));
    }

    private UsageSessionId NewSession() => new(new Guid(++sessions, 0, 0, new byte[8]));
}
