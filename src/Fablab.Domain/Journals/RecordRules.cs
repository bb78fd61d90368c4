using Fablab.Domain.UsageSessions;

namespace Fablab.Domain.Journals;

/// <summary>What becomes of a record that is committed.</summary>
public enum RecordFate
{
    /// <summary>It is a fact at the machine's desk.</summary>
    Applied,

    /// <summary>It says nothing new: the bridge lets go of a session that came to nothing.</summary>
    LetGo,

    /// <summary>Content that is not understood, that no machine can have caused, or that is about another bridge's machine.</summary>
    NotUnderstood,

    /// <summary>Metered for a session that is not open. Money was or will be made of what is known; a person must see what came after it.</summary>
    SessionNotOpen,
}

/// <summary>The session that a record names.</summary>
/// <param name="State"><see langword="null"/> when the machine never had such a session.</param>
/// <param name="CameToNothing">The record ends it, and nothing was metered.</param>
public sealed record NamedSession(UsageSessionState? State, bool CameToNothing);

/// <summary>Decides what a record does beyond being kept. One without effect is put aside with its reason, and stops no other.</summary>
public static class RecordRules
{
    /// <param name="isUnderstood">It was read, its numbers are plausible and its machine is this bridge's.</param>
    /// <param name="session"><see langword="null"/> when it names none.</param>
    public static RecordFate Decide(bool isUnderstood, NamedSession? session) => (isUnderstood, session) switch
    {
        (false, _) => RecordFate.NotUnderstood,
        (_, null) => RecordFate.Applied,
        (_, { State: not (null or UsageSessionState.Closed or UsageSessionState.Void) }) => RecordFate.Applied,
        (_, { CameToNothing: true }) => RecordFate.LetGo,
        _ => RecordFate.SessionNotOpen,
    };

    /// <returns>Why a person should look at the record; <see langword="null"/> when nobody need.</returns>
    public static string? ReasonToPutAside(RecordFate fate) => fate switch
    {
        RecordFate.NotUnderstood => "content is not understood, not plausible or not of this bridge",
        RecordFate.SessionNotOpen => "metered for a session that is not open",
        _ => null,
    };
}
