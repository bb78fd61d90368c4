using Fablab.Domain;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Trainings;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Trainings.Courses;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Trainings.Authorising;

/// <summary>Only a training renews it, or a manager's word.</summary>
public sealed record RenewalNeedsTraining() : Refusal("renewal-needs-training");

/// <summary>
/// What staff say of a member's authorisation for a machine. Managers of its site may say all; a trainer at the site only of machines
/// of courses that they teach, grants what the course grants, and nothing to themselves.
/// </summary>
internal sealed class AuthoriseMember(FablabDb db, WriteAuthorisation write, ReadCourses courses, CurrentMember me, IdempotentRequest idempotent, LabClock clock)
{
    public async Task<Result<AuthorisationResponse>> GrantAsync(GrantAuthorisationRequest request, CancellationToken ct)
    {
        if (!(await MachineAsync(request.Machine, ct)).TryGet(out var machine, out var refusal))
        {
            return refusal;
        }

        var course = request.CourseId is { } id ? await courses.OneAsync(new CourseId(id), ct) : null;
        if (request.CourseId is not null && course?.Course.IsFor(machine.Code, machine.Category, machine.Site) != true)
        {
            return new NoSuchThing("course");
        }

        if (!IsManager(machine) && (course?.Trainers.Contains(me.Id) != true || request.MemberId == me.Id.Value))
        {
            return new NotAllowed();
        }

        if (!await db.Users.AnyAsync(account => account.Id == request.MemberId, ct))
        {
            return new NoSuchThing("member");
        }

        var now = clock.Now;
        Refusal? against = null;
        var written = await WriteAsync(
            new MemberId(request.MemberId),
            machine,
            (state, _) =>
            {
                var fact = course is null ? request.ToFact(now) : FactOf(course.Course, state, request.Until, now);
                against = fact is null ? new NoSuchThing("authorisation") : null;
                return fact is null ? null : new Word(fact, me.Id, course?.Row.Id, request.Reason);
            },
            ct,
            keeps: () => against is null);
        return against ?? written;
    }

    /// <param name="until">Ends then at the latest, whatever its terms say.</param>
    public Task<Result<AuthorisationResponse>> RenewAsync(MemberId member, string code, Instant? until, string? reason, string? ifMatch, CancellationToken ct) =>
        SayAsync(member, code, new AuthorisationFact(AuthorisationFactKind.Renewed, clock.Now) { Until = until }, reason, ifMatch, ct);

    /// <param name="kind">Suspended, resumed or revoked.</param>
    public Task<Result<AuthorisationResponse>> SayAsync(MemberId member, string code, AuthorisationFactKind kind, string? reason, string? ifMatch, CancellationToken ct) =>
        SayAsync(member, code, new AuthorisationFact(kind, clock.Now), reason, ifMatch, ct);

    private async Task<Result<AuthorisationResponse>> SayAsync(MemberId member, string code, AuthorisationFact fact, string? reason, string? ifMatch, CancellationToken ct)
    {
        if (!(await MachineAsync(code, ct)).TryGet(out var machine, out var refusal))
        {
            return refusal;
        }

        if (!IsManager(machine) && (fact.Kind is AuthorisationFactKind.Revoked || member == me.Id || !(await courses.ForAsync(machine, ct)).Any(course => course.Trainers.Contains(me.Id))))
        {
            return new NotAllowed();
        }

        Refusal? against = null;
        MachineId? first = null;
        var written = await WriteAsync(
            member,
            machine,
            (state, row) =>
            {
                // What was not refused of the first is said of the other units of its pool too.
                if (first is not null && first != row?.Machine)
                {
                    return against is null ? new Word(fact, me.Id, null, reason, IsTold: false) : null;
                }

                first = row?.Machine;
                against = state is null || row is null ? new NoSuchThing("authorisation")
                    : !VersionTag.Fits(VersionTag.Of(row.Version), ifMatch) ? new StaleVersion()
                    : fact.Kind is AuthorisationFactKind.Renewed && state.Terms.Renewal is RenewalRule.ByTraining && !IsManager(machine) ? new RenewalNeedsTraining()
                    : null;
                return against is null ? new Word(fact, me.Id, null, reason) : null;
            },
            ct,
            isOfPool: fact.Kind is not AuthorisationFactKind.Renewed);
        return against ?? written;
    }

    /// <summary>As if it were attended now. Who holds more than the course gives keeps that for as long as it was said.</summary>
    private static AuthorisationFact? FactOf(Course course, AuthorisationState? state, Instant? until, Instant now) => course.Attended(state, now) switch
    {
        { Kind: AuthorisationFactKind.Renewed } renewed when course.Kind is CourseKind.Initial => renewed,
        { } fact => fact with { Until = until },
        null => null,
    };

    /// <param name="keeps">Whether the answer is kept for whoever asks for the same again.</param>
    /// <param name="isOfPool">It is said of all that the member has for units of the machine's pool: each of them opens every unit.</param>
    private async Task<Result<AuthorisationResponse>> WriteAsync(
        MemberId member, MachineRow machine, Func<AuthorisationState?, MachineAuthorisationRow?, Word?> word, CancellationToken ct, Func<bool>? keeps = null, bool isOfPool = false) =>
        await LabTransaction.RunHoldingAsync(
            db,
            [member.Value],
            async () =>
            {
                var units = isOfPool ? await HeldUnitsAsync(member, machine, ct) : [machine];
                var row = await write.ExecuteWithinAsync(member, units[0].Id, word, ct);
                var answer = row is null ? null : AuthorisationResponse.From(row, units[0].Code, clock.Now);
                foreach (var unit in units.Skip(1))
                {
                    await write.ExecuteWithinAsync(member, unit.Id, word, ct);
                }

                if (answer is not null && keeps?.Invoke() == true)
                {
                    idempotent.Keep(StatusCodes.Status201Created, AuthorisationEndpoints.LocationOf(answer), answer);
                    await db.SaveChangesAsync(ct);
                }

                db.ChangeTracker.Clear();
                return answer is null ? new NoSuchThing("authorisation") : (Result<AuthorisationResponse>)answer;
            },
            ct);

    /// <returns>Never empty: the machine first when the member has something for it, or nothing for any unit of its pool.</returns>
    private async Task<IReadOnlyList<MachineRow>> HeldUnitsAsync(MemberId member, MachineRow machine, CancellationToken ct)
    {
        if (machine.Pool is not { } pool)
        {
            return [machine];
        }

        var held = await db.Machines.AsNoTracking()
            .Where(unit => unit.Pool == pool && db.MachineAuthorisations.Any(row => row.Member == member && row.Machine == unit.Id))
            .OrderBy(unit => unit.Id).ToListAsync(ct);
        return held.Count == 0 ? [machine] : [.. held.OrderBy(unit => unit.Id == machine.Id ? 0 : 1)];
    }

    private async Task<Result<MachineRow>> MachineAsync(string code, CancellationToken ct)
    {
        code = StorableText.Of(code);
        return await db.Machines.AsNoTracking().SingleOrDefaultAsync(row => row.Code == code, ct) is not { } machine ? new NoSuchThing("machine")
            : me.May(Right.TrainMembers, Subject.At(machine.Site)) ? machine
            : new NotAllowed();
    }

    private bool IsManager(MachineRow machine) => me.May(Right.AuthoriseFreely, Subject.At(machine.Site));
}
