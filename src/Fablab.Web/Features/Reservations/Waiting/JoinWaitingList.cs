using Fablab.Domain;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations.Waiting;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Reservations.Booking;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Waiting;

/// <summary>A wish that no time could fulfil, or one too many.</summary>
/// <param name="Reasons">All of them: <c>window-in-the-past</c>, <c>window-too-short</c>, <c>window-too-long</c>, <c>minimum-too-long</c>,
/// <c>wish-too-short</c>, <c>wished-already</c>, <c>too-many-wishes</c>, <c>authorisation-missing</c>, <c>now-needs-one-machine</c>,
/// and the codes of <see cref="MemberStanding.Against"/>.</param>
/// <param name="Limits">The numbers behind them.</param>
public sealed record WishRefused(IReadOnlyList<string> Reasons, IReadOnlyDictionary<string, object> Limits) : Refusal("wish-refused")
{
    public override IReadOnlyDictionary<string, object> Facts => new Dictionary<string, object>(Limits) { ["reasons"] = Reasons };
}

/// <summary>Puts a wish on the waiting list.</summary>
internal sealed class JoinWaitingList(FablabDb db, WaitingLooks looks, CurrentMember me, IdempotentRequest idempotent, AuditTrail audit, LabClock clock)
{
    public async Task<Result<JoinedResponse>> ExecuteAsync(JoinWaitingListRequest request, CancellationToken ct)
    {
        var target = await TargetAsync(request, ct);
        if (!target.TryGet(out var wanted, out var refusal))
        {
            return refusal;
        }

        var joined = await LabTransaction.RunHoldingAsync(db, [me.Id.Value], () => JoinWithinAsync(request, wanted, ct), ct);
        if (joined.TryGet(out var answer, out _))
        {
            // What is free already is offered at once; the sweep does it if this is cut off.
            await looks.LookAsync(new WaitingWishId(answer.Id), ct);
        }

        return joined;
    }

    private async Task<Result<JoinedResponse>> JoinWithinAsync(JoinWaitingListRequest request, Wanted wanted, CancellationToken ct)
    {
        var now = clock.Now;
        var row = RowOf(request, wanted, now);
        var reasons = await ReasonsAsync(row, wanted, now, ct);
        if (reasons.Count > 0)
        {
            return new WishRefused(reasons, new Dictionary<string, object>
            {
                ["windowSeconds"] = (long)(row.WindowEnd - row.WindowStart).TotalSeconds,
                ["minimumSeconds"] = (long)row.MinimumLength.TotalSeconds,
                ["longestWindowSeconds"] = (long)LongestWindow(row.Kind).TotalSeconds,
                ["mostOpenWishes"] = WaitingBounds.MostOpenWishes,
            });
        }

        var answer = JoinedResponse.From(row);
        db.Add(row);
        audit.Note("waiting-list-joined", $"wish/{row.Id}", row.Machine);
        idempotent.Keep(StatusCodes.Status201Created, WaitingListEndpoints.LocationOf(row.Id), answer);
        await db.SaveChangesAsync(ct);
        db.ChangeTracker.Clear();
        return answer;
    }

    private WaitingWishRow RowOf(JoinWaitingListRequest request, Wanted wanted, Instant now) => new()
    {
        Id = new WaitingWishId(Guid.CreateVersion7()),
        Member = me.Id,
        Machine = wanted.Pool is null ? wanted.Machine?.Id : null,
        Pool = wanted.Pool,
        Category = request.Category,
        Site = wanted.Site,
        WindowStart = request.Kind is WishKind.Now ? now : Cut(request.WindowStart ?? now),
        WindowEnd = Cut(request.WindowEnd),
        Length = Duration.FromSeconds(request.Seconds),
        MinimumLength = Duration.FromSeconds(request.MinimumSeconds ?? request.Seconds),
        LatestStart = request.LatestStart is { } latest ? Cut(latest) : null,
        MostPriceMinor = request.MostPriceMinor,
        Kind = request.Kind,
        State = WishState.Waiting,
        JoinedAt = now,
        Project = request.ProjectId is { } project ? new ProjectId(project) : null,
        Missed = [],
        DueAt = now,
    };

    private async Task<List<string>> ReasonsAsync(WaitingWishRow row, Wanted wanted, Instant now, CancellationToken ct)
    {
        var reasons = new List<string>();
        void Against(bool isSo, string code)
        {
            if (isSo)
            {
                reasons.Add(code);
            }
        }

        Against(row.WindowEnd <= now || row.LatestStart < now, "window-in-the-past");
        Against(Instant.Min(row.WindowEnd, (row.LatestStart ?? row.WindowEnd) + row.MinimumLength) - Instant.Max(row.WindowStart, now) < row.MinimumLength && row.WindowEnd > now, "window-too-short");
        Against(row.WindowEnd - Instant.Min(row.WindowStart, now) > LongestWindow(row.Kind), "window-too-long");
        Against(row.MinimumLength > row.Length, "minimum-too-long");
        Against(row.MinimumLength < WaitingBounds.ShortestWish, "wish-too-short");
        Against(row.Kind is WishKind.Now && row.Category is not null, "now-needs-one-machine");
        Against(wanted.Machine is { } machine && !await db.IsAuthorisedAsync(row.Member, machine, now, ct), "authorisation-missing");
        reasons.AddRange(await AgainstMemberAsync(row, wanted, now, ct));

        var member = row.Member;
        var open = await db.WaitingList.AsNoTracking().Where(one => one.Member == member && (one.State == WishState.Waiting || one.State == WishState.Offered)).ToListAsync(ct);
        Against(open.Count >= WaitingBounds.MostOpenWishes, "too-many-wishes");
        Against(open.Any(one => IsTheSame(one, row)), "wished-already");
        return reasons;
    }

    /// <summary>What no time would change. A wish that names no place is judged where time is found for it.</summary>
    private async Task<IEnumerable<string>> AgainstMemberAsync(WaitingWishRow row, Wanted wanted, Instant now, CancellationToken ct) =>
        (wanted.Machine?.Site ?? wanted.Site) is { } site
            ? (await db.StandingsAsync(row.Member, [site], now, ct))[site].Against().Select(problem => problem.Code)
            : [];

    private static bool IsTheSame(WaitingWishRow one, WaitingWishRow other) =>
        (one.Machine, one.Pool, one.Category, one.Site, one.Kind) == (other.Machine, other.Pool, other.Category, other.Site, other.Kind)
        && (one.Kind is WishKind.Now || (one.WindowStart, one.WindowEnd, one.Length) == (other.WindowStart, other.WindowEnd, other.Length));

    private static Duration LongestWindow(WishKind kind) => kind is WishKind.Now ? WaitingBounds.LongestNowWindow : WaitingBounds.LongestWindow;

    private static Instant Cut(Instant instant) => Instant.FromUnixTimeMilliseconds(instant.ToUnixTimeMilliseconds());

    private async Task<Result<Wanted>> TargetAsync(JoinWaitingListRequest request, CancellationToken ct)
    {
        if (request.Machine is { } code)
        {
            return await db.BookableAsync(code, ct) is { } bookable ? new Wanted(bookable.Units[0], bookable.Pool, null) : new NoSuchThing("machine");
        }

        if (request.Site is not { } siteCode)
        {
            return new Wanted(null, null, null);
        }

        var site = await db.Sites.AsNoTracking().Where(row => row.Code == siteCode).Select(row => (SiteId?)row.Id).SingleOrDefaultAsync(ct);
        return site is null ? new NoSuchThing("site") : new Wanted(null, null, site);
    }

    /// <param name="Machine">The machine, or a unit of the pool; <see langword="null"/> for a kind.</param>
    private sealed record Wanted(MachineRow? Machine, PoolId? Pool, SiteId? Site);
}
