using Fablab.Domain.Desks;
using Fablab.Domain.Members;
using Fablab.Simulation.Machines;
using Fablab.Simulation.Server;
using Fablab.Simulation.World;

namespace Fablab.Simulation.People;

/// <summary>The lab's manager: takes machines out of order, withdraws authorisations, ends other people's use.</summary>
internal sealed class Staff(VirtualWorld world, SimulatedServer server, IReadOnlyList<Workplace> workplaces, IReadOnlyList<MemberId> members)
{
    private const long Minute = 60_000;

    private readonly SimulationRandom random = world.Random.Fork();
    private readonly MemberId me = new(world.Random.NewId());

    public void Live() => world.After(random.Exponential(90 * Minute), () =>
    {
        if (world.FaultsAreOn)
        {
            Act();
            Live();
        }
    });

    private void Act()
    {
        var machine = random.Pick(workplaces).Code;
        var what = random.Between(0, 3);
        world.Note("staff", $"does {what} at {machine}");
        switch (what)
        {
            case 0:
                Do(() => server.Wish(machine, new DeskEvent.SetOutOfOrder(true)));
                world.After(random.Between(5 * Minute, 60 * Minute), () => Do(() => server.Wish(machine, new DeskEvent.SetOutOfOrder(false)), isDuty: true));
                break;
            case 1:
                machine = workplaces.FirstOrDefault(workplace => workplace.Policy.RequiresAuthorisation && MemberAt(workplace.Code) is not null)?.Code ?? machine;
                var member = MemberAt(machine) ?? random.Pick(members);
                Do(() => server.SetAuthorised(machine, member, isAuthorised: false));
                world.After(random.Between(5 * Minute, 60 * Minute), () => Do(() => server.SetAuthorised(machine, member, isAuthorised: true), isDuty: true));
                break;
            default:
                Do(() => server.Wish(machine, new DeskEvent.End(me, AsManager: true)));
                break;
        }
    }

    /// <summary>Whoever works at the machine at the moment: that is when a trainer sees something.</summary>
    private MemberId? MemberAt(string machine) =>
        server.State.Machines[machine].Session is { } session ? server.State.Sessions[session.Value].Member : null;

    /// <param name="isDuty">It must succeed in the end, so it is tried until it does.</param>
    private void Do(Func<Fablab.Domain.Refusal?> work, bool isDuty = false) => server.Ask(work, outcome =>
    {
        if (isDuty && !outcome.IsKnown)
        {
            world.After(Minute, () => Do(work, isDuty));
        }
    });
}
