using Fablab.Domain.Reservations.Rules;

namespace Fablab.Domain.Trainings;

/// <summary>Why an authorisation ends, or has ended.</summary>
public enum AuthorisationEnd
{
    ByDate,
    ByDisuse,
    Suspended,
    Revoked,
}

/// <summary>
/// What follows from all that happened to an authorisation: its level, until which instant it is valid, and what ends it. It is valid
/// from the grant to that instant, which does not belong to it.
/// </summary>
public sealed record AuthorisationState
{
    public required AuthorisationLevel Level { get; init; }

    public required WeeklyWindows? Hours { get; init; }

    public required AuthorisationTerms Terms { get; init; }

    /// <summary>When it was granted or last renewed: what months are counted from. It never goes back, however late something is told.</summary>
    public required Instant Since { get; init; }

    /// <summary>The last grant; a use from before says nothing of it.</summary>
    public required Instant GrantedAt { get; init; }

    /// <summary>Ends then at the latest, until something else is said or it is granted anew.</summary>
    public Instant? Latest { get; init; }

    /// <summary>While it was valid.</summary>
    public Instant? LastUse { get; init; }

    public Instant? SuspendedAt { get; init; }

    public Instant? RevokedAt { get; init; }

    /// <summary>What was given by mistake was taken back and nothing else is left: over like one that was revoked, but nobody decided against the member.</summary>
    public bool IsWithdrawn { get; init; }

    /// <summary>As the terms say, by date; also while it is suspended.</summary>
    public Instant? EndsByDate { get; init; }

    public Instant? EndsByDisuse { get; init; }

    /// <summary>Not valid from here on; <see langword="null"/> without an end. In the past when it has ended.</summary>
    public Instant? ValidUntil { get; private init; }

    /// <summary>What happens then; <see langword="null"/> without an end.</summary>
    public AuthorisationEnd? EndsBy { get; private init; }

    public bool IsValidAt(Instant instant) => !(ValidUntil <= instant);

    /// <summary>Over by date or by disuse, suspended or not.</summary>
    public bool IsOutlivedAt(Instant instant) => EndsByDate <= instant || EndsByDisuse <= instant;

    /// <param name="history">In the order in which it happened.</param>
    /// <param name="zone">Of the machine's site.</param>
    /// <returns><see langword="null"/> when nothing was ever granted.</returns>
    public static AuthorisationState? Of(IEnumerable<AuthorisationFact> history, DateTimeZone zone)
    {
        AuthorisationState? state = null;
        List<AuthorisationFact> told = [];
        HashSet<int> undone = [];
        foreach (var fact in history)
        {
            told.Add(fact);
            if (fact is { Kind: AuthorisationFactKind.Withdrawn, Undoes: { } mistaken })
            {
                undone.Add(mistaken);
                state = Without(undone, told, zone) ?? (state is { RevokedAt: null } ? Ended(state with { RevokedAt = fact.At, IsWithdrawn = true }) : state);
            }
            else
            {
                state = After(state, fact, zone);
            }
        }

        return state;
    }

    /// <summary>As if some had not been told. A suspension stays that was said of one of them.</summary>
    private static AuthorisationState? Without(HashSet<int> undone, List<AuthorisationFact> told, DateTimeZone zone)
    {
        AuthorisationState? state = null;
        Instant? suspended = null;
        foreach (var fact in told.Where((_, place) => !undone.Contains(place + 1)))
        {
            if (state is not null)
            {
                state = After(state, fact, zone);
                continue;
            }

            suspended = fact.Kind switch
            {
                AuthorisationFactKind.Suspended => suspended ?? fact.At,
                AuthorisationFactKind.Resumed or AuthorisationFactKind.Revoked => null,
                _ => suspended,
            };
            state = After(null, fact, zone) is { } granted ? Ended(granted with { SuspendedAt = suspended }) : null;
        }

        return state;
    }

    /// <summary>A fact that means nothing in this state changes nothing.</summary>
    public static AuthorisationState? After(AuthorisationState? state, AuthorisationFact fact, DateTimeZone zone) => (fact.Kind, state) switch
    {
        // Only resuming ends a suspension: a training must not undo what somebody stopped for a reason.
        (AuthorisationFactKind.Granted, _) => Settled(new AuthorisationState
        {
            Level = fact.Level,
            Hours = fact.Hours,
            Terms = fact.Terms ?? AuthorisationTerms.ForEver,
            GrantedAt = fact.At,
            Since = state is { RevokedAt: null } ? Instant.Max(state.Since, fact.At) : fact.At,
            Latest = fact.Until,
            LastUse = state is { RevokedAt: null } ? state.LastUse : null,
            SuspendedAt = state is { RevokedAt: null } or { IsWithdrawn: true } ? state.SuspendedAt : null,
        }, zone),
        (_, null or { RevokedAt: not null }) => state,
        (AuthorisationFactKind.Renewed, { } held) => Settled(
            held with { Since = Instant.Max(held.Since, fact.At), Terms = fact.Terms ?? held.Terms, Latest = fact.Until ?? held.Latest }, zone),
        (AuthorisationFactKind.Used, { } held) => held.IsValidAt(fact.At) && fact.At >= held.GrantedAt ? held.UsedAt(fact.At, zone) : held,
        (AuthorisationFactKind.Suspended, { } held) => Ended(held with { SuspendedAt = held.SuspendedAt ?? fact.At }),
        (AuthorisationFactKind.Resumed, { } held) => Ended(held with { SuspendedAt = null }),
        (AuthorisationFactKind.Revoked, { } held) => Ended(held with { RevokedAt = fact.At }),
        _ => state,
    };

    private AuthorisationState UsedAt(Instant at, DateTimeZone zone)
    {
        var used = this with { LastUse = LastUse > at ? LastUse : at };
        return Settled(Terms.Renewal is RenewalRule.ByUse ? used with { Since = Instant.Max(Since, at) } : used, zone);
    }

    private static AuthorisationState Settled(AuthorisationState state, DateTimeZone zone) => Ended(state with
    {
        EndsByDate = AuthorisationTerms.Earlier(state.Terms.EndByDate(state.Since, zone), state.Latest),
        EndsByDisuse = state.Terms.EndByDisuse(state.LastUse > state.Since ? state.LastUse.Value : state.Since, zone),
    });

    /// <summary>The earliest end counts; what somebody did counts before what time did.</summary>
    private static AuthorisationState Ended(AuthorisationState state)
    {
        (Instant? At, AuthorisationEnd By)[] ends =
        [
            (state.RevokedAt, AuthorisationEnd.Revoked), (state.SuspendedAt, AuthorisationEnd.Suspended),
            (state.EndsByDate, AuthorisationEnd.ByDate), (state.EndsByDisuse, AuthorisationEnd.ByDisuse),
        ];
        var until = ends.Min(end => end.At);
        return state with { ValidUntil = until, EndsBy = ends.Where(end => end.At is not null).Select(end => (AuthorisationEnd?)end.By).FirstOrDefault(by => IsFirst(by!.Value)) };

        bool IsFirst(AuthorisationEnd by) => by is AuthorisationEnd.Revoked or AuthorisationEnd.Suspended || ends.Single(end => end.By == by).At == until;
    }
}
