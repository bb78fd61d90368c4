using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Domain.Trainings;
using Fablab.Web.Api;
using Fablab.Web.Components;
using Fablab.Web.Data;
using Fablab.Web.Data.Mappings;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Trainings.Authorising;
using Fablab.Web.Features.Trainings.Courses;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using NodaTime.Text;

namespace Fablab.Web.Features.Trainings.Managing;

/// <summary>What staff typed about one authorisation.</summary>
/// <param name="Terms">Level, hours and terms that are agreed anew.</param>
/// <param name="Until">A day, <c>2026-08-31</c>; empty for none.</param>
public sealed record AuthorisationForm(CourseForm Terms, string Until, string Reason);

/// <summary>One step in the history of an authorisation.</summary>
/// <param name="By">Name of who did it; <see langword="null"/> when it happened by itself.</param>
/// <param name="IsUndone">It was withdrawn later.</param>
public sealed record AuthorisationStep(AuthorisationFactRow Fact, string? By, CourseRow? Course, bool IsUndone);

/// <summary>One authorisation with its history, for the member and for staff of the machine's site, who change it there.</summary>
internal static class AuthorisationPages
{
    public static string AddressOf(Guid member, string machine) => $"/authorisations/{member}/{machine}";

    public static void MapAuthorisationPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/authorisations/{member:guid}/{machine}", (Guid member, string machine, AuthorisationPageModel page, CancellationToken ct) => page.ShowAsync(member, machine, null, [], null, ct));
        pages.MapPost("/authorisations/{member:guid}/{machine}", ChangeAsync);
    }

    private static async Task<IResult> ChangeAsync(Guid member, string machine, HttpContext http, AuthorisationPageModel page, AuthoriseMember authorise, CancellationToken ct)
    {
        if (await page.FindAsync(member, machine, ct) is not { } found || !(found.MayAct || found.MayAgree))
        {
            return PageResults.NotFound();
        }

        var posted = await http.Request.ReadFormAsync(ct);
        var form = new AuthorisationForm(ReadCourseForm.From(posted), PostedText.Of(posted, "until"), PostedText.Of(posted, "reason"));
        var (act, id, reasons) = (posted["act"].ToString(), new MemberId(member), new Dictionary<string, string>());
        var until = UntilOf(form.Until, found.Zone, found.Now, reasons);
        if (form.Reason.Length > AuthorisationFactMapping.LongestReason || (form.Reason.Length == 0 && act is "suspend" or "resume" or "revoke"))
        {
            reasons["reason"] = "Reason";
        }

        var reason = form.Reason.Length == 0 ? null : StorableText.Of(form.Reason);
        var grant = act is not ("agree" or "more") ? null : new GrantAuthorisationRequest
        {
            MemberId = member, Machine = machine, Level = form.Terms.Level, Hours = form.Terms.ToHours(reasons), Terms = form.Terms.ToTerms(reasons), Until = until, Reason = reason,
        };
        if (act == "more")
        {
            return await page.ShowAsync(member, machine, form with { Terms = form.Terms.WithRoom() }, [], null, ct);
        }

        if (reasons.Count > 0)
        {
            return await page.ShowAsync(member, machine, form, reasons, null, ct, act);
        }

        var refusal = act switch
        {
            "agree" => (await authorise.GrantAsync(grant!, ct)).Refusal,
            "renew" => (await authorise.RenewAsync(id, machine, until, reason, null, ct)).Refusal,
            "suspend" => (await authorise.SayAsync(id, machine, AuthorisationFactKind.Suspended, reason, null, ct)).Refusal,
            "resume" => (await authorise.SayAsync(id, machine, AuthorisationFactKind.Resumed, reason, null, ct)).Refusal,
            "revoke" => (await authorise.SayAsync(id, machine, AuthorisationFactKind.Revoked, reason, null, ct)).Refusal,
            _ => new NoSuchThing("authorisation"),
        };
        return refusal is null ? Go.To(AddressOf(member, machine)) : await page.ShowAsync(member, machine, form, [], refusal, ct, act);
    }

    /// <returns>With the end of a day by the site's clock.</returns>
    private static Instant? UntilOf(string text, DateTimeZone zone, Instant now, Dictionary<string, string> reasons)
    {
        if (text.Length == 0)
        {
            return null;
        }

        if (LocalDatePattern.Iso.Parse(text).TryGetValue(default, out var day) && day.Year is >= 2000 and < 2200 && zone.AtStartOfDay(day.PlusDays(1)).ToInstant() is var end && end > now)
        {
            return end;
        }

        reasons["until"] = "Until";
        return null;
    }
}

/// <summary>An authorisation, or that there is none yet, as the reader may see and change it.</summary>
/// <param name="Row"><see langword="null"/> when nothing was ever granted; only managers see that.</param>
/// <param name="MayAct">They may renew, suspend and resume it.</param>
/// <param name="MayAgree">They may say other hours and terms, and revoke it.</param>
public sealed record AuthorisationAtHand(MachineRow Machine, SiteRow Site, string Name, AuthorisationView? Row, bool MayAct, bool MayAgree, DateTimeZone Zone, Instant Now);

/// <summary>Puts the page of one authorisation together.</summary>
internal sealed class AuthorisationPageModel(FablabDb db, ReadAuthorisations read, ReadCourses courses, MemberNames names, CurrentMember me, IDateTimeZoneProvider zones, LabClock clock)
{
    /// <returns><see langword="null"/> when there is nothing that the reader may see.</returns>
    public async Task<AuthorisationAtHand?> FindAsync(Guid member, string code, CancellationToken ct)
    {
        code = StorableText.Of(code);
        if (await db.Machines.AsNoTracking().SingleOrDefaultAsync(row => row.Code == code, ct) is not { } machine
            || await db.Users.AsNoTracking().Where(account => account.Id == member).Select(account => account.DisplayName).SingleOrDefaultAsync(ct) is not { } name)
        {
            return null;
        }

        var (site, row) = (await db.Sites.AsNoTracking().SingleAsync(one => one.Id == machine.Site, ct), await read.OneAsync(new MemberId(member), code, ct));
        var isManager = me.May(Right.AuthoriseFreely, Subject.At(site.Id));
        var teaches = !isManager && member != me.Id.Value && me.May(Right.TrainMembers, Subject.At(site.Id)) && (await courses.ForAsync(machine, ct)).Any(course => course.Trainers.Contains(me.Id));
        return row is null && !isManager ? null : new AuthorisationAtHand(machine, site, name, row, row is not null && (isManager || teaches), isManager, zones[site.TimeZone], clock.Now);
    }

    /// <param name="reasons">What is wrong, by field: <c>hours</c>, <c>months</c>, <c>unused</c>, <c>end</c>, <c>until</c>, <c>reason</c>.</param>
    /// <param name="act">What was tried.</param>
    public async Task<IResult> ShowAsync(Guid member, string code, AuthorisationForm? form, Dictionary<string, string> reasons, Refusal? refusal, CancellationToken ct, string? act = null)
    {
        if (refusal is NoSuchThing or NotAllowed || await FindAsync(member, code, ct) is not { } found)
        {
            return PageResults.NotFound();
        }

        var history = found.Row is { } row ? await read.HistoryAsync(row, ct) : [];
        var state = AuthorisationState.Of(history.Select(fact => fact.ToFact()), found.Zone);
        var people = await names.OfAsync(history.Select(fact => fact.By).OfType<MemberId>(), ct);
        var taught = (await courses.ManyAsync([.. history.Select(fact => fact.Course).OfType<CourseId>().Distinct()], ct)).ToDictionary(view => view.Row.Id, view => view.Row);
        var undone = history.Select(fact => fact.Undoes).OfType<int>().ToHashSet();
        return PageResults.Page<AuthorisationPage>(
            new
            {
                Found = found,
                IsMine = member == me.Id.Value,
                Member = member,
                State = state,
                Steps = history.Reverse().Select(fact => new AuthorisationStep(
                    fact, fact.By is { } by ? people.GetValueOrDefault(by) : null, fact.Course is { } course ? taught.GetValueOrDefault(course) : null, undone.Contains(fact.Number))).ToList(),
                Form = form ?? new AuthorisationForm(CourseForm.Of(state?.Level ?? AuthorisationLevel.LimitedHours, state?.Hours, state?.Terms ?? AuthorisationTerms.ForEver), "", ""),
                Reasons = reasons,
                Act = act ?? (form is null && state is not null ? null : "agree"),
                Refusal = refusal,
            },
            refusal is not null ? RefusalTable.StatusOf(refusal) : reasons.Count > 0 ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);
    }
}
