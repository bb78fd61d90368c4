using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Trainings;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Notices;
using Fablab.Web.Features.People;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Trainings.Authorising;

/// <summary>Who says what about an authorisation, and why.</summary>
/// <param name="By"><see langword="null"/> when it happened by itself.</param>
/// <param name="IsTold">The member has a notice of it; not of the same word about another unit of a pool.</param>
/// <param name="Session">The training session that it comes from.</param>
internal sealed record Word(AuthorisationFact Fact, MemberId? By, CourseId? Course = null, string? Reason = null, bool IsTold = true, TrainingSessionId? Session = null);

/// <summary>Adds a fact to an authorisation's history and keeps its present state, which bookings ask, true to it.</summary>
internal sealed class WriteAuthorisation(FablabDb db, IDateTimeZoneProvider zones, AuditTrail audit, LabClock clock)
{
    /// <summary>Within the caller's transaction, which must hold the member unless the authorisation is there already.</summary>
    /// <param name="word">Told what is so far; <see langword="null"/> for nothing to add.</param>
    /// <returns>The authorisation; <see langword="null"/> when there is none, before and after.</returns>
    public async Task<MachineAuthorisationRow?> ExecuteWithinAsync(
        MemberId member, MachineId machine, Func<AuthorisationState?, MachineAuthorisationRow?, Word?> word, CancellationToken ct)
    {
        await LockAsync(member, machine, ct);
        var zone = zones[await db.Machines.Where(row => row.Id == machine).Join(db.Sites, row => row.Site, site => site.Id, (_, site) => site.TimeZone).SingleAsync(ct)];
        var row = await db.MachineAuthorisations.SingleOrDefaultAsync(one => one.Member == member && one.Machine == machine, ct);
        var history = await db.AuthorisationFacts.AsNoTracking().Where(one => one.Member == member && one.Machine == machine).OrderBy(one => one.Number).ToListAsync(ct);
        List<AuthorisationFact> told = [.. history.Select(one => one.ToFact())];
        var before = AuthorisationState.Of(told, zone);
        if (word(before, row) is not { } said || AuthorisationState.Of(told.Append(said.Fact), zone) is not { } after || SaysNothing(said.Fact, before, after))
        {
            return row;
        }

        said = said with { Reason = said.Reason is { } reason ? StorableText.Of(reason.Trim()) : null };
        var version = history.Count + 1;
        db.Add(RowOf(member, machine, version, said));
        if (said.Fact.Kind is AuthorisationFactKind.Granted && after.SuspendedAt is null && await IsSuspendedInPoolAsync(member, machine, ct))
        {
            // A grant for another unit of the pool must not go around a suspension.
            var stop = new AuthorisationFact(AuthorisationFactKind.Suspended, clock.Now);
            db.Add(RowOf(member, machine, ++version, new Word(stop, null)));
            after = AuthorisationState.After(after, stop, zone)!;
        }

        if (row is null)
        {
            row = new MachineAuthorisationRow { Member = member, Machine = machine, GrantedAt = after.Since };
            db.Add(row);
        }

        Show(after, row, version, isNew: history.Count == 0);
        if (said.By is not null)
        {
            Tell(member, machine, said);
        }

        await db.SaveChangesAsync(ct);
        if (history.Count == 0)
        {
            var site = await db.Machines.Where(one => one.Id == machine).Select(one => one.Site).SingleAsync(ct);
            await db.JoinAsync(site, member, MembershipOrigin.Authorisation, clock.Now, ct);
        }

        return row;
    }

    /// <summary>A use of the same day changes no end.</summary>
    private static bool SaysNothing(AuthorisationFact fact, AuthorisationState? before, AuthorisationState after) =>
        (before == after && fact.Kind is not AuthorisationFactKind.Withdrawn) || (fact.Kind is AuthorisationFactKind.Used && before?.EndsByDate == after.EndsByDate && before?.EndsByDisuse == after.EndsByDisuse);

    private void Show(AuthorisationState state, MachineAuthorisationRow row, int version, bool isNew)
    {
        var until = row.ValidUntil;
        row.GrantedAt = state.Since;
        row.ValidUntil = state.ValidUntil;
        row.Level = state.Level;
        row.Hours = state.Hours;
        row.IsSuspended = state is { SuspendedAt: not null, RevokedAt: null };
        row.EndsBy = state.EndsBy;
        row.CountsUses = state.Terms.CountsUses;
        row.Version = version;
        if (isNew || until != state.ValidUntil)
        {
            row.RemindAt = TrainingRules.NextReminder(state.ValidUntil, clock.Now);
        }
    }

    private void Tell(MemberId member, MachineId machine, Word said)
    {
        var kind = said.Fact.Kind.ToString().ToLowerInvariant();
        audit.Note($"authorisation-{kind}", $"authorisation/{member}/{machine}", machine, concerns: member, actor: said.By);
        if (said.IsTold && said.By != member)
        {
            db.Tell(
                member,
                $"authorisation-{kind}",
                new Dictionary<string, string> { ["machine"] = machine.ToString(), ["reason"] = said.Reason ?? "" },
                clock.Now);
        }
    }

    private Task<bool> IsSuspendedInPoolAsync(MemberId member, MachineId machine, CancellationToken ct) => db.MachineAuthorisations.AnyAsync(
        row => row.Member == member && row.IsSuspended && row.Machine != machine && db.Machines.Any(
            unit => unit.Id == row.Machine && unit.Pool != null && db.Machines.Any(granted => granted.Id == machine && granted.Pool == unit.Pool)),
        ct);

    private static AuthorisationFactRow RowOf(MemberId member, MachineId machine, int number, Word said) => new()
    {
        Member = member, Machine = machine, Number = number, Kind = said.Fact.Kind, At = said.Fact.At, By = said.By,
        Level = said.Fact.Level, Hours = said.Fact.Hours, Terms = said.Fact.Terms, Until = said.Fact.Until, Course = said.Course, Session = said.Session, Undoes = said.Fact.Undoes,
        Reason = said.Reason,
    };

    /// <summary>Where several write at a time, those of one authorisation follow each other.</summary>
    private Task LockAsync(MemberId member, MachineId machine, CancellationToken ct) => db.Database.IsNpgsql()
        ? db.Database.ExecuteSqlAsync($"""SELECT 1 FROM "MachineAuthorisations" WHERE "Member" = {member.Value} AND "Machine" = {machine.Value} FOR UPDATE""", ct)
        : Task.CompletedTask;
}
