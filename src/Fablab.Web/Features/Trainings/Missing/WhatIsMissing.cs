using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Rules;
using Fablab.Domain.Trainings;
using Fablab.Web.Components;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Reservations;
using Fablab.Web.Features.Trainings.Courses;
using Fablab.Web.Features.Trainings.Sessions;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Trainings.Missing;

/// <summary>What somebody has for a machine, and what they lack.</summary>
/// <param name="Held">The best of what they have, or had; <see langword="null"/> for nothing ever.</param>
/// <param name="Missing">Code of the booking problem; <see langword="null"/> when they may use it, at the level that they hold.</param>
/// <param name="Next">The training session that would help: one's own, else the first with a free seat, else the first.</param>
public sealed record MachineStanding(bool IsRequired, MachineAuthorisationRow? Held, string? Missing, IReadOnlyList<CourseRow> Courses, SessionView? Next);

/// <summary>“What am I missing for this machine?”</summary>
internal sealed class WhatIsMissing(FablabDb db, ReadCourses courses, ReadSessions sessions, CurrentMember me, LabClock clock)
{
    private static readonly HashSet<string> Helped = ["authorisation-missing", "authorisation-ends", "supervisor-missing", "outside-authorised-hours"];

    /// <summary>Within one request, such as the preview of a long series, nothing is asked twice.</summary>
    private readonly Dictionary<(MachineId, MemberId), SessionView?> known = [];

    public async Task<MachineStanding> ForAsync(MachineRow machine, CancellationToken ct)
    {
        var (member, now) = (me.Id, clock.Now);
        var all = await db.HeldFor(machine).Where(row => row.Member == member).ToListAsync(ct);
        var held = all.OrderBy(row => row.ValidUntil <= now).ThenByDescending(row => row.Level).ThenByDescending(row => row.ValidUntil ?? Instant.MaxValue).FirstOrDefault();
        var isValid = held is not null && !(held.ValidUntil <= now);
        var missing = !machine.Policy.RequiresAuthorisation || isValid ? null : held is { IsSuspended: true } ? "authorisation-suspended" : "authorisation-missing";
        var helpful = await HelpfulAsync(machine, held, ct);
        return new MachineStanding(machine.Policy.RequiresAuthorisation, held, missing, [.. helpful.Select(course => course.Row)], await NextAsync(helpful, ct));
    }

    /// <summary>Names to problems with an authorisation the next training session that would help, where there is one. No question is asked without such a problem.</summary>
    public async Task<IReadOnlyList<BookingProblem>> WithTrainingAsync(
        IReadOnlyList<BookingProblem> problems, MachineRow booked, EffectiveRules rules, MemberId member, CancellationToken ct)
    {
        if (!problems.Any(problem => Helped.Contains(problem.Code)))
        {
            return problems;
        }

        var told = new List<BookingProblem>();
        foreach (var problem in problems)
        {
            told.Add(Helped.Contains(problem.Code) && await NextAsync(MachineOf(problem, booked, rules), booked, member, ct) is { } next ? Named(problem, next) : problem);
        }

        return told;
    }

    private async Task<SessionView?> NextAsync(MachineId id, MachineRow booked, MemberId member, CancellationToken ct)
    {
        if (!known.TryGetValue((id, member), out var next))
        {
            var machine = id == booked.Id ? booked : await db.Machines.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, ct);
            next = machine is null ? null : await NextAsync(await HelpfulAsync(machine, await db.HeldFor(machine).FirstOrDefaultAsync(row => row.Member == member, ct), ct), ct);
            known.Add((id, member), next);
        }

        return next;
    }

    /// <summary>A course that continues another helps nobody who has nothing to continue.</summary>
    private async Task<IReadOnlyList<CourseView>> HelpfulAsync(MachineRow machine, MachineAuthorisationRow? held, CancellationToken ct) =>
        [.. (await courses.ForAsync(machine, ct)).Where(course => !course.Row.IsClosed && (course.Row.Kind is CourseKind.Initial || held is not null and not { EndsBy: AuthorisationEnd.Revoked }))];

    private async Task<SessionView?> NextAsync(IReadOnlyList<CourseView> helpful, CancellationToken ct)
    {
        if (helpful.Count == 0)
        {
            return null;
        }

        var coming = await sessions.ComingAsync([.. helpful.Select(course => course.Row.Id)], ct);
        return coming.FirstOrDefault(session => session.Mine?.State is EnrolmentState.Enrolled) ?? coming.FirstOrDefault(session => session.Free > 0) ?? (coming.Count > 0 ? coming[0] : null);
    }

    /// <summary>A rule may ask for the authorisation of another machine than the one that is booked.</summary>
    private static MachineId MachineOf(BookingProblem problem, MachineRow booked, EffectiveRules rules) =>
        problem.Facts.TryGetValue("rule", out var id) && rules.Authorisations.FirstOrDefault(rule => rule.Id.ToString() == id as string)?.For is { } other ? other : booked.Id;

    private static BookingProblem Named(BookingProblem problem, SessionView next) => problem with
    {
        Facts = new Dictionary<string, object>(problem.Facts)
        {
            ["trainingSession"] = next.Row.Id.Value, ["course"] = next.Course.Name.Said(), ["trainingStart"] = next.Row.Start, ["freeSeats"] = (long)next.Free,
        },
    };
}
