using Fablab.Domain;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Notices;
using Fablab.Web.Features.Reservations.Pools;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using Board = Fablab.Web.Features.LiveBoard.LiveBoard;

namespace Fablab.Web.Features.Machines.Mending;

/// <summary>The member has reported as much as may be open at once.</summary>
public sealed record TooManyOpenFaults(int MostOpen) : Refusal("too-many-open-faults")
{
    public override IReadOnlyDictionary<string, object> Facts => new Dictionary<string, object> { ["mostOpen"] = MostOpen };
}

/// <summary>A member says what is wrong with a machine. What is dangerous stops its bookings at once; anything else waits for staff.</summary>
internal sealed class ReportFault(FablabDb db, PoolReseating pools, Board board, CurrentMember me, IdempotentRequest idempotent, AuditTrail audit, LabClock clock)
{
    /// <summary>Reports of one member that are not closed.</summary>
    public const int MostOpen = 10;

    /// <param name="text">Of 1 to <see cref="FaultRow.LongestText"/> characters.</param>
    public async Task<Result<FaultResponse>> ExecuteAsync(string code, string text, bool isDangerous, CancellationToken ct)
    {
        if (await db.Machines.AsNoTracking().Where(row => row.Code == code).Select(row => (MachineId?)row.Id).SingleOrDefaultAsync(ct) is not { } machine)
        {
            return new NoSuchThing("machine");
        }

        // The member is held for the bound, the machine because nobody may book it from then on.
        var reported = await LabTransaction.RunHoldingAsync(db, [me.Id.Value, machine.Value], () => WithinAsync(code, machine, text, isDangerous, ct), ct);
        if (reported.Refusal is null && isDangerous)
        {
            await pools.LeaveAsync(machine, ct);
            board.Touch(code);
        }

        return reported;
    }

    private async Task<Result<FaultResponse>> WithinAsync(string code, MachineId machine, string text, bool isDangerous, CancellationToken ct)
    {
        var mine = me.Id;
        if (await db.Faults.CountAsync(fault => fault.Reporter == mine && fault.ClosedAt == null, ct) >= MostOpen)
        {
            return new TooManyOpenFaults(MostOpen);
        }

        var fault = new FaultRow
        {
            Id = Guid.CreateVersion7(),
            Machine = machine,
            Reporter = mine,
            ReportedAt = clock.Now,
            Text = StorableText.Of(text.Trim()),
            IsDangerous = isDangerous,
            StopsBookings = isDangerous,
        };
        var answer = FaultResponse.From(new FaultView(fault, null));
        db.Add(fault);
        audit.Note("fault-reported", $"fault/{fault.Id}", machine);
        await db.TellManagersAsync(machine, "fault-reported", null, $"/machines/{code}", mine, clock.Now, ct, also: StaffRole.Technician);
        idempotent.Keep(StatusCodes.Status201Created, FaultEndpoints.LocationOf(fault.Id), answer);
        await db.SaveChangesAsync(ct);
        db.ChangeTracker.Clear();
        return answer;
    }
}
