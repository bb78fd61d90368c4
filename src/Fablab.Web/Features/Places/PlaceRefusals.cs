using Fablab.Domain;

namespace Fablab.Web.Features.Places;

/// <summary>Codes stand in addresses and topics, so each is given once.</summary>
public sealed record CodeTaken() : Refusal("code-taken");

/// <summary>What was said cannot be.</summary>
/// <param name="Reasons">A code for each thing that is wrong.</param>
public sealed record SetUpRefused(IReadOnlyList<string> Reasons) : Refusal("set-up-refused")
{
    public override IReadOnlyDictionary<string, object> Facts => new Dictionary<string, object> { ["reasons"] = Reasons };
}
