namespace Fablab.Web.Features.Exchange.Importing;

public enum ImportOutcome
{
    Create,
    Update,

    /// <summary>All of it is there already.</summary>
    Unchanged,

    /// <summary>Errors say why.</summary>
    Refused,
}

/// <summary>What a row would do, and how it is written.</summary>
/// <param name="Key">By what the row is known: an address, a code, an external id.</param>
internal sealed record ImportPlan(ImportOutcome Outcome, string? Key)
{
    /// <summary>Ids of what must stay as it is while the row is written.</summary>
    public IReadOnlyList<Guid> Held { get; init; } = [];

    /// <summary>Within the caller's transaction, and saved by it.</summary>
    public Func<CancellationToken, Task>? Write { get; init; }

    public static ImportPlan Refused(string? key) => new(ImportOutcome.Refused, key);

    public static ImportPlan Unchanged(string? key) => new(ImportOutcome.Unchanged, key);
}

/// <summary>What the request says for rows whose own cell is empty.</summary>
/// <param name="Site">Code of a site.</param>
/// <param name="Tariff">Name of a tariff.</param>
/// <param name="Invites">New members get a mail with a link to choose a password.</param>
internal sealed record ImportDefaults(string? Site, string? Tariff, bool Invites = false);

/// <summary>How rows of one kind are imported.</summary>
internal interface IImportKind
{
    string Name { get; }

    IReadOnlyList<ImportColumn> Columns { get; }

    /// <summary>Whether there is anything that whoever asks may import of this kind.</summary>
    bool IsAllowed { get; }

    /// <summary>Looks at a row and at what is there, and changes nothing. Errors are noted at the row.</summary>
    Task<ImportPlan> PlanAsync(ImportRow row, ImportDefaults defaults, CancellationToken ct);

    /// <summary>Told what a dry run would have written, for rows after it that would meet it.</summary>
    void Pretend(ImportRow row, ImportPlan plan)
    {
    }
}
