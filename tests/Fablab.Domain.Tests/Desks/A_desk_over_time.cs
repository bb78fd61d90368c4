using CsCheck;
using Fablab.Domain.Desks;
using Fablab.Domain.MachineJobs;
using Fablab.Domain.Machines;
using Fablab.Domain.Reservations;
using Fablab.Domain.UsageSessions;

namespace Fablab.Domain.Tests.Desks;

/// <summary>Random days at a desk: whatever happens in whatever order, these things hold. CsCheck prints the seed of a failure.</summary>
public class A_desk_over_time
{
    private const int SweepsToRest = 4;

    private static readonly Gen<MachinePolicy> Policies = Gen.Select(
        Gen.Enum<HazardClass>(), Gen.Bool, Gen.Bool, Gen.Int[0, 20], Gen.Int[1, 40], Gen.Int[0, 30],
        (hazardClass, unattended, endsWithJob, cleanUp, idle, lead) => new MachinePolicy
        {
            HazardClass = hazardClass,
            StartsUnattended = unattended,
            EndsWithJob = endsWithJob,
            CleanUp = Duration.FromMinutes(cleanUp),
            IdleLimit = Duration.FromMinutes(idle),
            CheckInLead = Duration.FromMinutes(lead),
        });

    private static readonly Gen<(int What, int Choice, int Minutes)[]> Days =
        Gen.Select(Gen.Int[0, 15], Gen.Int[0, 9], Gen.Frequency((3, Gen.Const(0)), (5, Gen.Int[0, 5]), (1, Gen.Int[5, 90]))).Array[1, 60];

    [Test]
    public void Comes_to_rest_and_goes_only_forward()
    {
        Gen.Select(Policies, Days).Sample((policy, day) => new Day(policy).Play(day), iter: 3_000);
    }

    private sealed class Day(MachinePolicy policy)
    {
        private readonly DeskInUse desk = new DeskInUse(policy.HazardClass, _ => policy).With(d => d with { Current = null });
        private readonly HashSet<UsageSessionId> ended = [];
        private readonly List<TimeSlot> keptSlots = [];
        private Instant now = Monday.At(8);
        private int seenEffects;

        public void Play((int What, int Choice, int Minutes)[] day)
        {
            foreach (var (what, choice, minutes) in day)
            {
                now += Duration.FromMinutes(minutes);
                var before = desk.Desk;
                Happens(what, choice);
                Check(before);
                ComesToRest();
            }
        }

        private void ComesToRest()
        {
            for (var sweep = 0; desk.Desk.DueAt <= now; sweep++)
            {
                Holds(sweep < SweepsToRest, $"the sweep comes to rest; still due at {desk.Desk.DueAt} when it is {now}");
                var before = desk.Desk;
                desk.TimePasses(now);
                Check(before);
            }
        }

        private void Check(MachineDesk before)
        {
            var after = desk.Desk;
            foreach (var effect in desk.Effects.Skip(seenEffects))
            {
                if (effect is DeskEffect.SessionEnded { Session: var session })
                {
                    Holds(!session.IsOpen && ended.Add(session.Id), "a session ends once");
                }

                if (effect is DeskEffect.ReservationChanged { Reservation: { TakesTheSlot: true } kept })
                {
                    keptSlots.Add(kept.Kept);
                }
            }

            seenEffects = desk.Effects.Count;
            Holds(after.Session is null || (after.Session.IsOpen && !ended.Contains(after.Session.Id)), "a closed session never reopens");
            Holds(
                before.Session is null || after.Session?.Id == before.Session.Id || ended.Contains(before.Session.Id),
                "at most one session is open");
            Holds(after.LastGeneration >= before.LastGeneration, "generations only rise");
            Holds(
                after.Desired.Version - before.Desired.Version == (after.Desired.SaysTheSameAs(before.Desired) ? 0 : 1),
                "the version counts changes of content");
            if (before.Current is { } was && after.Current is { } reservation && was.Id == reservation.Id)
            {
                Holds(reservation.Slot.End <= was.Slot.End && reservation.Slot.Start <= was.Slot.Start, "a slot shrinks at its end only");
                Holds(reservation.BookedSlot == was.BookedSlot, "what was booked never changes");
            }

            Holds(after.Current is null || !keptSlots.Any(after.Current.Kept.Overlaps), "no two reservations hold the same time");
        }

        private void Holds(bool what, string rule)
        {
            if (!what)
            {
                throw new InvalidOperationException($"{rule}: {desk.Desk}");
            }
        }

        private void Happens(int what, int choice)
        {
            var member = choice == 0 ? DeskInUse.Ben : DeskInUse.Ada;
            var session = choice == 0 || desk.Desk.Session is null ? new UsageSessionId(Guid.Empty) : desk.Desk.Session.Id;
            switch (what)
            {
                case 0 or 1 when desk.Desk.DueAt is { } due && due > now:
                    now = due;
                    desk.TimePasses(now);
                    break;
                case 2 or 3:
                    desk.CheckIn(now, member);
                    break;
                case 4:
                    desk.Do(new DeskEvent.ConfirmPresence(member), now);
                    break;
                case 5 when choice < 5:
                    desk.Do(new DeskEvent.End(member, choice == 1), now);
                    break;
                case 6:
                    desk.Do(new DeskEvent.WishJob(member, choice == 1, (JobIntent)(choice % 3)), now);
                    break;
                case 7:
                    desk.Do(new DeskEvent.SetOutOfOrder(choice < 3), now);
                    break;
                case 8:
                    desk.Do(new DeskEvent.SessionArmed(session, now), now);
                    break;
                case 9:
                    var total = (desk.Desk.Session?.Total ?? Duration.Zero) + Duration.FromSeconds(15);
                    desk.Do(new DeskEvent.SessionMetered(session, new MeterRead(now, Duration.FromSeconds(15), total, total, choice < 7, false, null, null)), now);
                    break;
                case 10:
                    var reason = choice < 4 ? "fault" : "ended";
                    desk.Do(new DeskEvent.SessionClosed(session, now, desk.Desk.Session?.Total ?? Duration.Zero, reason), now);
                    break;
                case 11 when desk.Desk.Job is { } job:
                    desk.Do(new DeskEvent.JobMoved(job.Id, now, (MachineJobState)choice, null), now);
                    break;
                case 12 or 13 when desk.Desk.Session is not null:
                    desk.LeaseIsAskedFor(now);
                    break;
                case 14 or 15 when desk.Desk.Current is null:
                    Book(choice);
                    break;
                default:
                    desk.TimePasses(now);
                    break;
            }
        }

        private void Book(int choice)
        {
            var start = keptSlots.Select(slot => slot.End).Append(now + Duration.FromMinutes(choice * 2)).Max();
            var length = Duration.FromMinutes(5 * (1 + (choice % 7 * 2)));
            var slot = new TimeSlot(start, start + length);
            var kept = new TimeSlot(slot.Start, slot.End + (choice % 2 == 0 ? policy.CleanUp : Duration.Zero));
            desk.With(d => d with { Current = DeskInUse.ReservationOf(DeskInUse.Ada, slot) with { Kept = kept }, Job = null });
            if (choice > 2)
            {
                desk.WithJob();
            }
        }
    }
}
