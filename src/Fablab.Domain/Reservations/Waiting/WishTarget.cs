using Fablab.Domain.Machines;

namespace Fablab.Domain.Reservations.Waiting;

/// <summary>Which machines would do.</summary>
public abstract record WishTarget
{
    private WishTarget()
    {
    }

    public abstract bool Takes(FreedTime freed);

    public sealed record OneMachine(MachineId Machine) : WishTarget
    {
        public override bool Takes(FreedTime freed) => freed.Machine == Machine;
    }

    /// <summary>Any unit of a pool.</summary>
    public sealed record AnyOfPool(PoolId Pool) : WishTarget
    {
        public override bool Takes(FreedTime freed) => freed.Pool == Pool;
    }

    /// <summary>Any machine of a kind, at one site or anywhere.</summary>
    public sealed record AnyOfCategory(MachineCategory Category, SiteId? Site = null) : WishTarget
    {
        public override bool Takes(FreedTime freed) => freed.Category == Category && (Site is null || Site == freed.Site);
    }
}
