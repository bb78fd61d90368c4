using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Domain.Trainings;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Notices;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Trainings.Refunding;

/// <summary>Somebody said already that it was given back.</summary>
public sealed record RefundedAlready(Instant At) : Refusal("refunded-already")
{
    public override IReadOnlyDictionary<string, object> Facts => new Dictionary<string, object> { ["at"] = At };
}

/// <summary>What is owed for a seat of a training session, or was.</summary>
public sealed record RefundView
{
    public required TrainingRefundRow Row { get; init; }

    public required TrainingSessionRow Session { get; init; }

    public required CourseRow Course { get; init; }

    public required SiteRow Site { get; init; }

    public required string Name { get; init; }

    /// <summary><see langword="null"/> once they were erased.</summary>
    public string? Email { get; init; }
}

/// <summary>Managers of a site see what is owed for its trainings, and say that it was given back. The money itself goes other ways.</summary>
internal sealed class Refunds(FablabDb db, CurrentMember me, AuditTrail audit, LabClock clock)
{
    /// <param name="site">Code; <see langword="null"/> for all that one manages.</param>
    /// <param name="isRefunded">What was given back, instead of what is owed.</param>
    /// <returns>The newest first; <see langword="null"/> for who manages nothing there.</returns>
    public async Task<Page<RefundView>?> ListAsync(string? site, bool isRefunded, Cursor after, int limit, CancellationToken ct)
    {
        var code = site is null ? null : StorableText.Of(site);
        var sites = (await db.Sites.AsNoTracking().Where(row => code == null || row.Code == code).Select(row => row.Id).ToListAsync(ct))
            .Where(one => me.May(Right.SettleRefunds, Subject.At(one))).ToList();
        if (sites.Count == 0)
        {
            return null;
        }

        var rows = await Views().Where(view => sites.Contains(view.Site.Id) && view.Row.RefundedAt != null == isRefunded && view.Row.DueAt <= after.At)
            .OrderByDescending(view => view.Row.DueAt).ThenByDescending(view => view.Row.Id).Skip(after.Shown).Take(limit + 1).ToListAsync(ct);
        return after.PageOf(rows, limit, view => view.Row.DueAt, view => view);
    }

    /// <summary>Said once.</summary>
    public async Task<Result<RefundView>> SettleAsync(TrainingRefundId id, CancellationToken ct)
    {
        if (await OneAsync(id, ct) is not { } found || !me.May(Right.SettleRefunds, Subject.At(found.Site.Id)))
        {
            return new NoSuchThing("refund");
        }

        // With the session: whoever takes a seat again is owed nothing any more.
        var refusal = await LabTransaction.RunHoldingAsync<Refusal?>(
            db,
            [found.Session.Id.Value],
            async () =>
            {
                if (await db.TrainingRefunds.SingleOrDefaultAsync(row => row.Id == id, ct) is not { } row)
                {
                    return new NoSuchThing("refund");
                }

                if (row.RefundedAt is { } at)
                {
                    return new RefundedAlready(at);
                }

                (row.RefundedAt, row.RefundedBy) = (clock.Now, me.Id);
                var (session, member) = (row.Session, row.Member);
                (await db.Enrolments.SingleAsync(one => one.Session == session && one.Member == member, ct)).RefundDueAt = null;
                audit.Note(
                    "training-refunded", $"training-refund/{id}", site: found.Site.Id, concerns: member,
                    after: new Dictionary<string, string> { ["amountMinor"] = $"{row.Amount.Minor}", ["currency"] = row.Amount.Currency, ["session"] = $"{session}", ["cause"] = $"{row.Cause}" });
                db.Tell(
                    member,
                    "training-refunded",
                    new Dictionary<string, string>
                    {
                        ["course"] = found.Course.Name.In("fr"), ["courseEn"] = found.Course.Name.In("en"), ["begins"] = $"{found.Session.Start}", ["link"] = $"/trainings/{session}",
                    },
                    clock.Now);
                await db.SaveChangesAsync(ct);
                return null;
            },
            ct);
        db.ChangeTracker.Clear();
        return refusal is null ? (await OneAsync(id, ct))! : refusal;
    }

    private Task<RefundView?> OneAsync(TrainingRefundId id, CancellationToken ct) => Views().SingleOrDefaultAsync(view => view.Row.Id == id, ct);

    private IQueryable<RefundView> Views() =>
        from row in db.TrainingRefunds.AsNoTracking()
        join session in db.TrainingSessions.AsNoTracking() on row.Session equals session.Id
        join course in db.Courses.AsNoTracking() on session.Course equals course.Id
        join site in db.Sites.AsNoTracking() on session.Site equals site.Id
        join account in db.Users.AsNoTracking() on (Guid)(object)row.Member equals account.Id
        select new RefundView { Row = row, Session = session, Course = course, Site = site, Name = account.DisplayName, Email = account.Email };
}
