using Fablab.Testing.Histories;

namespace Fablab.Web.Tests.Features.Reservations;

/// <summary>A checker that explains everything would prove nothing: here it meets histories that cannot be.</summary>
public class A_history_checker
{
    private readonly List<Call> calls = [];

    [Test]
    public void Explains_calls_that_came_one_after_the_other()
    {
        var first = Book(0, 1, CallOutcome.Accepted, 0, 1);
        Book(0, 1, CallOutcome.Refused, 2, 3);
        Cancel(first, CallOutcome.Accepted, 4, 5);
        Book(0, 1, CallOutcome.Accepted, 6, 7);

        Assert.That(Explains((0, 1)), Is.True);
    }

    [Test]
    public void Explains_a_race_by_either_order()
    {
        Book(0, 2, CallOutcome.Refused, 0, 10);
        Book(1, 2, CallOutcome.Accepted, 0, 10);

        Assert.That(Explains((1, 2)), Is.True);
    }

    [Test]
    public void Does_not_explain_a_double_booking()
    {
        Book(0, 2, CallOutcome.Accepted, 0, 10);
        Book(1, 2, CallOutcome.Accepted, 0, 10);

        Assert.That(Explains((0, 2), (1, 2)), Is.False);
    }

    [Test]
    public void Does_not_explain_an_acknowledged_booking_that_is_gone()
    {
        Book(0, 1, CallOutcome.Accepted, 0, 1);

        Assert.That(Explains(), Is.False);
    }

    [Test]
    public void Does_not_explain_a_cancelled_booking_that_is_back()
    {
        var first = Book(0, 1, CallOutcome.Accepted, 0, 1);
        Cancel(first, CallOutcome.Accepted, 2, 3);

        Assert.That(Explains((0, 1)), Is.False);
    }

    [Test]
    public void Does_not_explain_the_refusal_of_what_was_free()
    {
        Book(0, 1, CallOutcome.Refused, 0, 1);

        Assert.That(Explains(), Is.False);
    }

    [Test]
    public void Does_not_explain_a_refusal_by_what_came_only_after_it()
    {
        Book(0, 1, CallOutcome.Refused, 0, 1);
        Book(0, 1, CallOutcome.Accepted, 2, 3);

        Assert.That(Explains((0, 1)), Is.False);
    }

    [Test]
    public void Does_not_explain_a_move_into_taken_time()
    {
        var first = Book(0, 1, CallOutcome.Accepted, 0, 1);
        Book(1, 1, CallOutcome.Accepted, 2, 3);
        Move(first, 1, 1, CallOutcome.Accepted, 4, 5);

        Assert.That(Explains((1, 1)), Is.False);
    }

    [TestCase(true)]
    [TestCase(false)]
    public void Lets_a_call_without_an_answer_have_happened_or_not(bool happened)
    {
        Book(0, 1, CallOutcome.Unknown, 0, long.MaxValue);
        Book(0, 1, happened ? CallOutcome.Refused : CallOutcome.Accepted, 5, 6);

        Assert.That(Explains((0, 1)), Is.True);
    }

    [Test]
    public void Does_not_let_a_call_happen_before_it_was_asked()
    {
        Book(0, 1, CallOutcome.Refused, 0, 1);
        Book(0, 1, CallOutcome.Unknown, 5, long.MaxValue);

        Assert.That(Explains((0, 1)), Is.False);
    }

    private int Book(int start, int length, CallOutcome outcome, long asked, long answered) => Add(CallKind.Book, start, length, null, outcome, asked, answered);

    private void Move(int of, int start, int length, CallOutcome outcome, long asked, long answered) => Add(CallKind.Move, start, length, of, outcome, asked, answered);

    private void Cancel(int of, CallOutcome outcome, long asked, long answered) => Add(CallKind.Cancel, 0, 1, of, outcome, asked, answered);

    private int Add(CallKind kind, int start, int length, int? of, CallOutcome outcome, long asked, long answered)
    {
        calls.Add(new Call { Number = calls.Count, Kind = kind, Start = start, Length = length, Of = of, Outcome = outcome, AskedAt = asked, AnsweredAt = answered });
        return calls.Count - 1;
    }

    private bool? Explains(params (int Start, int Length)[] final)
    {
        var verdict = HistoryChecker.Check(calls, final);
        calls.Clear();
        return verdict.IsExplained;
    }
}
