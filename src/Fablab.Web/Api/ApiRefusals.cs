using Fablab.Domain;
using Fablab.Domain.Members;

namespace Fablab.Web.Api;

/// <summary>It does not exist, or the asker may not know that it does.</summary>
/// <param name="What">The kind of thing, a word of the glossary in kebab-case.</param>
public sealed record NoSuchThing(string What) : Refusal("not-found")
{
    public override IReadOnlyDictionary<string, object> Facts => new Dictionary<string, object> { ["what"] = What };
}

/// <summary>The asker may see it but not do this with it.</summary>
public sealed record NotAllowed() : Refusal("not-allowed");

/// <summary>The access token is not for this.</summary>
/// <param name="Scope">Which it would need.</param>
public sealed record ScopeMissing(Scope Scope) : Refusal("scope-missing")
{
    public override IReadOnlyDictionary<string, object> Facts => new Dictionary<string, object> { ["scope"] = ScopeSet.WordOf(Scope) };
}

/// <summary>An organisation's own token is nobody, and this is for somebody.</summary>
public sealed record NotForOrganisations() : Refusal("not-for-organisations");

/// <summary>The <c>If-Match</c> names an older state.</summary>
public sealed record StaleVersion() : Refusal("stale-version");

/// <summary>The <c>Idempotency-Key</c> belongs to another request of this member.</summary>
public sealed record IdempotencyKeyReused() : Refusal("idempotency-key-reused");
