using Fablab.Domain.Billing;
using Fablab.Domain.Machines;
using Fablab.Domain.Reservations.Finding;

namespace Fablab.Domain.Tests.Reservations.Finding;

public class Ranking_openings
{
    private static readonly OpeningCandidate[] Three =
    [
        Opening(1, hour: 9, cents: 900, kilometres: 12),
        Opening(2, hour: 10, cents: 400, kilometres: 30),
        Opening(3, hour: 11, cents: 600, kilometres: 1),
    ];

    [TestCase(OpeningOrder.Soonest, "1 2 3")]
    [TestCase(OpeningOrder.Cheapest, "2 3 1")]
    [TestCase(OpeningOrder.Nearest, "3 1 2")]
    public void Puts_first_what_matters_most(OpeningOrder order, string machines)
    {
        Assert.That(Machines(OpeningRanking.Rank(Three, [], order, 10)), Is.EqualTo(machines));
    }

    [Test]
    public void Lets_the_other_wishes_decide_between_equals()
    {
        OpeningCandidate[] equal = [Opening(1, 9, 500, 5), Opening(2, 9, 400, 7), Opening(3, 9, 400, 6)];

        Assert.That(Machines(OpeningRanking.Rank(equal, [], OpeningOrder.Soonest, 10)), Is.EqualTo("3 2 1"));
    }

    [Test]
    public void Holds_a_place_that_nobody_knows_for_the_farthest()
    {
        Assert.That(Machines(OpeningRanking.Rank([Opening(4, 8, 100, null), .. Three], [], OpeningOrder.Nearest, 10)), Is.EqualTo("3 1 2 4"));
    }

    [Test]
    public void Does_not_compare_prices_of_two_currencies()
    {
        var franc = Opening(4, 8, 1, 0) with { Price = new Money(1, "XPF") };

        Assert.That(Machines(OpeningRanking.Rank([franc, .. Three], [], OpeningOrder.Cheapest, 10)), Is.EqualTo("2 3 1 4"));
    }

    [Test]
    public void Says_how_many_there_were_and_what_kept_the_others_out()
    {
        ExcludedMachine[] excluded =
        [
            new(Machine(7), ["authorisation-missing", "slot-too-long"]),
            new(Machine(8), ["authorisation-missing"]),
            new(Machine(9), ["slot-taken", "slot-taken"]),
        ];

        var ranked = OpeningRanking.Rank(Three, excluded, OpeningOrder.Soonest, most: 2);

        using var all = Assert.EnterMultipleScope();
        Assert.That((ranked.Openings.Count, ranked.Found, ranked.Excluded), Is.EqualTo((2, 3, 3)));
        Assert.That(ranked.ExcludedBy, Is.EqualTo(new Dictionary<string, int> { ["authorisation-missing"] = 2, ["slot-taken"] = 1, ["slot-too-long"] = 1 }));
    }

    private static OpeningCandidate Opening(int machine, int hour, long cents, double? kilometres) =>
        new(Machine(machine), new SiteId(Guid.Empty), Monday.Slot((hour, 0), (hour + 1, 0)), new Money(cents, "EUR"), kilometres);

    private static MachineId Machine(int number) => new(new Guid(number, 1, 0, new byte[8]));

    private static string Machines(RankedOpenings ranked) =>
        string.Join(' ', ranked.Openings.Select(opening => BitConverter.ToInt32(opening.Machine.Value.ToByteArray())));
}
