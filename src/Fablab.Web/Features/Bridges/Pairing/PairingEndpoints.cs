using System.ComponentModel.DataAnnotations;
using Fablab.Web.Api;
using Fablab.Web.Features.Members.SigningIn;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Fablab.Web.Features.Bridges.Pairing;

/// <param name="Code">As the pairing code was shown; dashes, spaces and small letters do not matter.</param>
public sealed record PairBridgeRequest([property: Required, StringLength(40)] string Code);

/// <param name="Authority">PEM of the one authority to believe for the broker's certificate; left out for those that the system believes.</param>
internal sealed record BrokerFaceResponse(string Host, int Port, bool Tls, string? Authority);

/// <param name="Site">Code, as it stands in topics.</param>
/// <param name="Id">Code of the bridge, as it stands in topics; its user name and client id at the broker.</param>
/// <param name="Key">The one secret, 32 bytes of base64url, shown this once. Broker password, file token and lease key are derived from it.</param>
internal sealed record PairedBridgeResponse(string Site, string Id, string Key, BrokerFaceResponse Broker);

internal static class PairingEndpoints
{
    public static void MapBridgePairing(this RouteGroupBuilder api) =>
        api.MapPost("/bridge/pair", PairAsync).AllowAnonymous().RequireRateLimiting(SignInLimit.Policy).WithTags("bridges")
            .WithName("PairBridge").WithSummary("For a bridge: turn a pairing code into its key, and learn where the broker is").WithRefusals("pairing-refused");

    private static async Task<Results<Ok<PairedBridgeResponse>, ProblemHttpResult>> PairAsync(PairBridgeRequest request, PairBridge pair, BrokerForBridges broker, CancellationToken ct)
    {
        // Asked before the code is used up: a setting that cannot be read must not cost it.
        var face = await broker.ReadAsync(ct);
        return (await pair.ExecuteAsync(request.Code, ct)).Match<Results<Ok<PairedBridgeResponse>, ProblemHttpResult>>(
            paired => TypedResults.Ok(new PairedBridgeResponse(paired.Site, paired.Bridge.Code, paired.Key.Reveal(), new BrokerFaceResponse(face.Host, face.Port, face.Tls, face.Authority))),
            refusal => refusal.ToProblem());
    }
}
