using Fablab.Domain.Billing;
using Fablab.Domain.Members;
using Fablab.Domain.Organisations;
using Fablab.Domain.Reservations;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Reservations;
using Fablab.Web.Features.Reservations.Booking;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using NodaTime;

namespace Fablab.Web.Features.Organisations.Budgeting;

/// <summary>A project that a booking would be charged to, with what bounds it.</summary>
/// <param name="Period">That the booking falls into, of the project's budget.</param>
/// <param name="ToldPercent">Share of the budget of which owners were told last in the period; 0 for none.</param>
internal sealed record ChargedProject(ProjectRow Project, bool MayCharge, long PriceMinor, Spending? Spending, LocalDate Period, int ToldPercent)
{
    public bool NeedsApproval => Spending is { NeedsApproval: true };
}

/// <summary>What was spent of one budget.</summary>
/// <param name="ToldPercent">As <see cref="ChargedProject.ToldPercent"/>.</param>
internal sealed record SpentOfBudget(long SpentMinor, int ToldPercent);

/// <summary>
/// What was spent: all that was charged, and the price of what is booked and not over, less what was charged of it already. A booking on a project that nothing bounds
/// is one question to the database, any other two; on PostgreSQL one more, so that bookings of one organisation follow each other and no two spend the same money.
/// </summary>
internal sealed class ReadSpending(FablabDb db, IOptions<OrganisationOptions> options, CurrentMember me)
{
    private static readonly HotQuery<Func<FablabDb, ProjectId, MemberId, IAsyncEnumerable<BoundsRow>>> Bounds = new(() =>
        EF.CompileAsyncQuery((FablabDb db, ProjectId id, MemberId member) =>
            from project in db.Projects.AsNoTracking()
            join organisation in db.Organisations.AsNoTracking() on project.Organisation equals organisation.Id
            join membership in db.OrganisationMembers.AsNoTracking() on project.Organisation equals membership.Organisation
            where project.Id == id && membership.Member == member
            select new BoundsRow(project, membership.Role, membership.MonthlyLimitMinor, organisation.ApprovalAboveMinor, organisation.VerifiedAt != null, organisation.TurnedDownAt != null)));

    /// <param name="tariff">By which the slot is priced. What is priced in another currency than budgets takes nothing of them.</param>
    /// <param name="zone">Of the site: whose clock months go by.</param>
    /// <returns><see langword="null"/> when there is no such project, or the member does not belong to its organisation.</returns>
    public async Task<ChargedProject?> ForAsync(BookingWish wish, ProjectId project, TimeSlot slot, Tariff tariff, DateTimeZone zone, CancellationToken ct)
    {
        if (await Bounds.On(db)(db, project, wish.Member).SingleOrDefaultAsync(ct) is not { } bounds)
        {
            return null;
        }

        var isOurCurrency = tariff.Currency == options.Value.Currency;
        var price = isOurCurrency ? SlotPrice.Of(slot, tariff).Net.Minor : 0;
        var mayCharge = !bounds.Project.IsClosed && ChargedProjects.MayCharge(bounds.Role);
        var date = slot.End.InZone(zone).Date;
        var period = PeriodOf(bounds.Project, date);
        if (bounds.IsTurnedDown || !bounds.AreSome || !isOurCurrency)
        {
            // In no currency for one that was turned down.
            return new ChargedProject(bounds.Project, mayCharge, price, bounds.IsTurnedDown ? new Spending { PriceMinor = price, IsTurnedDown = true } : null, period, 0);
        }

        await HoldOrganisationAsync(project, ct);
        var sums = await SumsAsync(bounds, wish.Member, wish.Present?.Id ?? default, period, date, zone, ct);

        // In other hands it is another booking: nobody said yes to it, and another member's limit bounds it.
        var present = wish.Present is { } changed && changed.Project == project && changed.Member == wish.Member ? changed : null;
        var presentDate = present?.BookedSlot.End.InZone(zone).Date ?? date;
        var spending = new Spending
        {
            PriceMinor = price,
            PresentPriceMinor = present?.PriceMinor,
            IsInSamePeriod = PeriodOf(bounds.Project, presentDate) == period,
            IsInSameMonth = (presentDate.Year, presentDate.Month) == (date.Year, date.Month),
            ShowsBudgets = me.May(Right.SeeBudgets, Subject.Of(bounds.Project.Organisation)),
            ShowsMember = me.Known?.Id == wish.Member,
            IsApprover = (Access.WhoMay(Right.ApproveSpending) & Access.StandingOf(bounds.Role)) != Standing.None,
            Budget = bounds.Project.ToBudget(),
            SpentMinor = sums.Project.SpentMinor,
            MemberLimitMinor = bounds.MonthlyLimitMinor,
            MemberSpentMinor = sums.Member.SpentMinor,
            ApprovalAboveMinor = bounds.ApprovalAboveMinor,
            UnverifiedLimitMinor = bounds.IsVerified ? null : options.Value.UnverifiedLimitMinor,
            OrganisationSpentMinor = sums.Organisation.SpentMinor,
        };
        return new ChargedProject(bounds.Project, mayCharge, price, spending, period, sums.ToldPercent);
    }

    /// <param name="project">With a budget.</param>
    /// <param name="date">Of which month.</param>
    /// <param name="without">A reservation whose price is not counted.</param>
    public async Task<SpentOfBudget> OfBudgetAsync(ProjectRow project, LocalDate date, DateTimeZone zone, ReservationId without, CancellationToken ct)
    {
        var period = PeriodOf(project, date);
        await HoldOrganisationAsync(project.Id, ct);
        var sums = await SumsAsync(new BoundsRow(project, OrganisationRole.Member, null, null, true, false), default, without, period, date, zone, ct);
        return new SpentOfBudget(sums.Project.SpentMinor, sums.ToldPercent);
    }

    private static LocalDate PeriodOf(ProjectRow project, LocalDate date) => project.ToBudget()?.PeriodOf(date) ?? Budget.Whole;

    /// <summary>Until the transaction ends. On SQLite whoever writes is alone, and who only looks spends nothing.</summary>
    private async Task HoldOrganisationAsync(ProjectId project, CancellationToken ct)
    {
        if (db.Database.IsNpgsql() && db.Database.CurrentTransaction is not null)
        {
            var id = project.Value;
            await db.Database.ExecuteSqlAsync(
                $"""SELECT 1 FROM "Organisations" AS o JOIN "Projects" AS p ON p."Organisation" = o."Id" WHERE p."Id" = {id} FOR NO KEY UPDATE OF o""", ct);
        }
    }

    private async Task<SumsRow> SumsAsync(
        BoundsRow bounds, MemberId member, ReservationId without, LocalDate period, LocalDate date, DateTimeZone zone, CancellationToken ct)
    {
        var (id, organisation, currency) = (bounds.Project.Id, bounds.Project.Organisation, options.Value.Currency);
        var month = new LocalDate(date.Year, date.Month, 1);
        var (first, last) = (zone.AtStartOfDay(month).ToInstant(), zone.AtStartOfDay(month.PlusMonths(1)).ToInstant());
        var (isMonthly, hasBudget, hasLimit, isBounded) = (period != Budget.Whole, bounds.Project.BudgetMinor is not null, bounds.MonthlyLimitMinor is not null, !bounds.IsVerified);
        var charges = db.Charges.Where(charge => charge.Net.Currency == currency);
        var open = db.Reservations.Where(r => r.Id != without
            && (r.State == ReservationState.Requested || r.State == ReservationState.Held || r.State == ReservationState.Confirmed));
        var active = db.Reservations.Where(r => r.State == ReservationState.Active && r.Id != without);
        var ours = db.Projects.Where(project => project.Organisation == organisation).Select(project => (ProjectId?)project.Id);
        return await db.Projects.Where(project => project.Id == id).Select(project => new SumsRow
        {
            Charged = !hasBudget ? 0 : charges.Where(c => c.Project == id && (!isMonthly || c.Period == month)).Sum(c => (long?)c.Net.Minor) ?? 0,
            Booked = !hasBudget ? 0 : open.Where(r => r.Project == id && (!isMonthly || (r.BookedSlot.End >= first && r.BookedSlot.End < last))).Sum(r => (long?)r.PriceMinor) ?? 0,
            Running = !hasBudget ? 0 : active.Where(r => r.Project == id && (!isMonthly || (r.BookedSlot.End >= first && r.BookedSlot.End < last))).Sum(r => (long?)Math.Max(0L, r.PriceMinor - (charges.Where(c => c.Project == r.Project && c.Reservation == r.Id).Sum(c => (long?)c.Net.Minor) ?? 0L))) ?? 0,
            ToldPercent = !hasBudget ? 0 : db.BudgetNotices.Where(row => row.Project == id && row.Period == period).Max(row => (int?)row.Percent) ?? 0,
            MemberCharged = !hasLimit ? 0 : charges.Where(c => c.Member == member && ours.Contains(c.Project) && c.Period == month).Sum(c => (long?)c.Net.Minor) ?? 0,
            MemberBooked = !hasLimit ? 0 : open.Where(r => r.Member == member && ours.Contains(r.Project) && r.BookedSlot.End >= first && r.BookedSlot.End < last).Sum(r => (long?)r.PriceMinor) ?? 0,
            MemberRunning = !hasLimit ? 0 : active.Where(r => r.Member == member && ours.Contains(r.Project) && r.BookedSlot.End >= first && r.BookedSlot.End < last).Sum(r => (long?)Math.Max(0L, r.PriceMinor - (charges.Where(c => c.Project == r.Project && c.Reservation == r.Id).Sum(c => (long?)c.Net.Minor) ?? 0L))) ?? 0,
            AllCharged = !isBounded ? 0 : charges.Where(c => ours.Contains(c.Project)).Sum(c => (long?)c.Net.Minor) ?? 0,
            AllBooked = !isBounded ? 0 : open.Where(r => ours.Contains(r.Project)).Sum(r => (long?)r.PriceMinor) ?? 0,
            AllRunning = !isBounded ? 0 : active.Where(r => ours.Contains(r.Project)).Sum(r => (long?)Math.Max(0L, r.PriceMinor - (charges.Where(c => c.Project == r.Project && c.Reservation == r.Id).Sum(c => (long?)c.Net.Minor) ?? 0L))) ?? 0,
        }).SingleAsync(ct);
    }

    private sealed record BoundsRow(ProjectRow Project, OrganisationRole Role, long? MonthlyLimitMinor, long? ApprovalAboveMinor, bool IsVerified, bool IsTurnedDown)
    {
        public bool AreSome => Project.BudgetMinor is not null || MonthlyLimitMinor is not null || ApprovalAboveMinor is not null || !IsVerified;
    }

    /// <param name="Running">Of each use that goes on, what its price has left above what was charged of it.</param>
    private readonly record struct Sum(long Charged, long Booked, long Running)
    {
        public long SpentMinor => Charged + Booked + Running;
    }

    private sealed record SumsRow
    {
        public long Charged { get; init; }

        public long Booked { get; init; }

        public long Running { get; init; }

        public int ToldPercent { get; init; }

        public long MemberCharged { get; init; }

        public long MemberBooked { get; init; }

        public long MemberRunning { get; init; }

        public long AllCharged { get; init; }

        public long AllBooked { get; init; }

        public long AllRunning { get; init; }

        public Sum Project => new(Charged, Booked, Running);

        public Sum Member => new(MemberCharged, MemberBooked, MemberRunning);

        public Sum Organisation => new(AllCharged, AllBooked, AllRunning);
    }
}
