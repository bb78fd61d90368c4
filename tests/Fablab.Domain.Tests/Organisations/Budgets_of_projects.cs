using Fablab.Domain.Organisations;
using Fablab.Domain.Reservations;

namespace Fablab.Domain.Tests.Organisations;

public class Budgets_of_projects
{
    private static readonly Budget Hundred = new(10_000);

    [TestCase(0, 5_000, new string[0])]
    [TestCase(0, 8_000, new string[0], TestName = "Exactly four fifths need nobody's yes")]
    [TestCase(0, 8_001, new[] { "budget-needs-approval" })]
    [TestCase(9_000, 1_000, new[] { "budget-needs-approval" }, TestName = "The last cent may be spent")]
    [TestCase(9_000, 1_001, new[] { "budget-exhausted" })]
    [TestCase(20_000, 1, new[] { "budget-exhausted" })]
    public void Ask_for_a_yes_and_stop_at_their_shares(long spent, long price, string[] codes) =>
        Assert.That(CodesOf(new Spending { PriceMinor = price, SpentMinor = spent, Budget = Hundred }), Is.EqualTo(codes));

    [Test]
    public void Stop_owners_and_buyers_too_but_ask_them_nothing()
    {
        var beyond = new Spending { PriceMinor = 9_000, Budget = Hundred, IsApprover = true, MemberLimitMinor = 1, ApprovalAboveMinor = 1 };

        Assert.That(CodesOf(beyond), Is.Empty);
        Assert.That(CodesOf(beyond with { SpentMinor = 2_000 }), Is.EqualTo(["budget-exhausted"]));
    }

    [Test]
    public void Refuse_no_change_that_costs_no_more()
    {
        var changed = new Spending { PriceMinor = 500, PresentPriceMinor = 500, SpentMinor = 50_000, Budget = Hundred };

        Assert.That(CodesOf(changed), Is.Empty);
        Assert.That(CodesOf(changed with { PriceMinor = 501 }), Is.EqualTo(["budget-exhausted"]));
    }

    [Test]
    public void Count_a_change_that_moves_into_another_month_as_new()
    {
        var moved = new Spending { PriceMinor = 500, PresentPriceMinor = 500, SpentMinor = 9_900, Budget = Hundred, MemberLimitMinor = 499, ApprovalAboveMinor = 499, UnverifiedLimitMinor = 0 };

        Assert.That(CodesOf(moved with { IsInSamePeriod = false }), Is.EqualTo(["budget-exhausted"]));
        Assert.That(CodesOf(moved with { IsInSameMonth = false }), Is.EqualTo(["member-limit-needs-approval"]));
    }

    [Test]
    public void Tell_their_amounts_to_whom_they_concern()
    {
        var spending = new Spending { PriceMinor = 2_000, SpentMinor = 9_000, Budget = Hundred, MemberLimitMinor = 500 };

        Assert.That(Shown(spending), Is.EqualTo([("budget-exhausted", false), ("member-limit-needs-approval", false)]));
        Assert.That(Shown(spending with { ShowsMember = true }), Is.EqualTo([("budget-exhausted", false), ("member-limit-needs-approval", true)]));
        Assert.That(Shown(spending with { ShowsBudgets = true }), Is.EqualTo([("budget-exhausted", true), ("member-limit-needs-approval", true)]));

        static IEnumerable<(string, bool)> Shown(Spending of) => of.Problems().Select(problem => (problem.Code, problem.Facts.ContainsKey("limitMinor")));
    }

    [Test]
    public void Stand_beside_limits_of_members_and_of_single_bookings()
    {
        var spending = new Spending { PriceMinor = 2_000, MemberLimitMinor = 5_000, MemberSpentMinor = 3_001, ApprovalAboveMinor = 1_999, UnverifiedLimitMinor = 0 };

        Assert.That(CodesOf(spending), Is.EqualTo(["organisation-not-verified", "member-limit-needs-approval", "amount-needs-approval"]));
        Assert.That(spending.NeedsApproval, Is.True);
    }

    [TestCase(4_999, new int[0])]
    [TestCase(5_000, new[] { 50 })]
    [TestCase(10_000, new[] { 50, 80, 100 })]
    public void Tell_each_share_that_is_reached(long spent, int[] shares) => Assert.That(Hundred.Reached(spent), Is.EqualTo(shares));

    [Test]
    public void Begin_anew_each_month_or_never()
    {
        var date = new LocalDate(2026, 3, 31);

        Assert.That((Hundred.PeriodOf(date), (Hundred with { Period = BudgetPeriod.Month }).PeriodOf(date)), Is.EqualTo((Budget.Whole, new LocalDate(2026, 3, 1))));
    }

    [TestCase(50, 80, 100, true)]
    [TestCase(80, 50, 100, false)]
    [TestCase(0, 80, 100, false)]
    [TestCase(50, 80, 79, false)]
    public void Have_shares_that_rise(int warn, int approval, int stop, bool isPossible) =>
        Assert.That(new Budget(1, BudgetPeriod.Month, warn, approval, stop).IsPossible, Is.EqualTo(isPossible));

    private static IEnumerable<string> CodesOf(Spending spending) => spending.Problems().Select(problem => problem.Code);
}
