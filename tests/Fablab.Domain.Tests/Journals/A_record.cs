using Fablab.Domain.Journals;
using Fablab.Domain.UsageSessions;

namespace Fablab.Domain.Tests.Journals;

public class A_record
{
    [Test]
    public void That_is_not_understood_is_put_aside_and_does_nothing() =>
        Assert.That(RecordRules.Decide(isUnderstood: false, null), Is.EqualTo(RecordFate.NotUnderstood));

    [Test]
    public void That_names_no_session_is_a_fact() => Assert.That(RecordRules.Decide(isUnderstood: true, null), Is.EqualTo(RecordFate.Applied));

    [TestCase(UsageSessionState.Authorised, RecordFate.Applied)]
    [TestCase(UsageSessionState.Armed, RecordFate.Applied)]
    [TestCase(UsageSessionState.Closing, RecordFate.Applied)]
    [TestCase(UsageSessionState.Closed, RecordFate.SessionNotOpen)]
    [TestCase(UsageSessionState.Void, RecordFate.SessionNotOpen)]
    [TestCase(null, RecordFate.SessionNotOpen)]
    public void Of_a_session_is_a_fact_while_the_session_is_open_and_else_for_a_person_to_see(UsageSessionState? state, RecordFate fate) =>
        Assert.That(RecordRules.Decide(isUnderstood: true, new NamedSession(state, CameToNothing: false)), Is.EqualTo(fate));

    [TestCase(UsageSessionState.Void, RecordFate.LetGo)]
    [TestCase(null, RecordFate.LetGo)]
    [TestCase(UsageSessionState.Armed, RecordFate.Applied)]
    public void That_ends_a_session_which_came_to_nothing_bothers_nobody(UsageSessionState? state, RecordFate fate) =>
        Assert.That(RecordRules.Decide(isUnderstood: true, new NamedSession(state, CameToNothing: true)), Is.EqualTo(fate));

    [TestCase(RecordFate.NotUnderstood, true)]
    [TestCase(RecordFate.SessionNotOpen, true)]
    [TestCase(RecordFate.LetGo, false)]
    [TestCase(RecordFate.Applied, false)]
    public void Is_put_aside_with_a_reason_or_not_at_all(RecordFate fate, bool isPutAside) =>
        Assert.That(RecordRules.ReasonToPutAside(fate) is not null, Is.EqualTo(isPutAside));
}
