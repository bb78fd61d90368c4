namespace Fablab.Domain.Members;

/// <summary>What an access token may be used for. It never allows more than its member may.</summary>
public enum Scope
{
    /// <summary>Look at what the member may look at.</summary>
    Read,

    /// <summary>Book, come, send jobs, wait for time, take part in trainings, report faults.</summary>
    Book,

    /// <summary>One's profile, consents, sign-ins, feeds and tokens.</summary>
    Account,

    /// <summary>Decide for organisations: their data, members, projects, budgets and requests.</summary>
    Organisation,

    /// <summary>All that only a role at a site, or of the whole lab, allows; without it no such role counts.</summary>
    Staff,
}

/// <summary>
/// Which scopes a token has. Equal when it has the same ones, in whatever order they were given. Written as their words in the order of
/// <see cref="Scope"/>, <c>read book</c>.
/// </summary>
public readonly record struct ScopeSet
{
    private readonly int bits;

    private ScopeSet(int bits) => this.bits = bits;

    public static ScopeSet None => default;

    public static ScopeSet All { get; } = Of(Enum.GetValues<Scope>());

    /// <summary>Every set there is but the empty one.</summary>
    public static IEnumerable<ScopeSet> Every => Enumerable.Range(1, All.bits).Select(bits => new ScopeSet(bits));

    public bool IsEmpty => bits == 0;

    public IEnumerable<Scope> Scopes
    {
        get
        {
            var set = this;
            return Enum.GetValues<Scope>().Where(set.Has);
        }
    }

    public static ScopeSet Of(params IEnumerable<Scope> scopes) => new(scopes.Aggregate(0, (bits, scope) => bits | BitOf(scope)));

    /// <exception cref="FormatException">A word is none of a scope.</exception>
    public static ScopeSet Parse(string text) => Of(text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word =>
        Enum.GetValues<Scope>().Where(scope => WordOf(scope) == word).Select(scope => (Scope?)scope).SingleOrDefault() ?? throw new FormatException($"'{word}' is no scope.")));

    public static string WordOf(Scope scope) => scope switch
    {
        Scope.Read => "read",
        Scope.Book => "book",
        Scope.Account => "account",
        Scope.Organisation => "organisation",
        Scope.Staff => "staff",
        _ => throw new ArgumentOutOfRangeException(nameof(scope), scope, null),
    };

    public bool Has(Scope scope) => (bits & BitOf(scope)) != 0;

    /// <summary>What this has and the other has not.</summary>
    public ScopeSet Except(ScopeSet other) => new(bits & ~other.bits);

    public override string ToString() => string.Join(' ', Scopes.Select(WordOf));

    private static int BitOf(Scope scope) => 1 << (int)scope;
}
