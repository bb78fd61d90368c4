using System.ComponentModel.DataAnnotations;
using Fablab.Contracts;
using Fablab.Web.Api;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;

namespace Fablab.Web.Features.Bridges.Keeping;

/// <param name="Code">Its name at the broker and in topics, given once in the whole lab: workshop.</param>
public sealed record MakeBridgeRequest([property: Required, StringLength(Codes.MaxLength), RegularExpression(Codes.Pattern)] string Code);

/// <param name="Topic">The device's own topic, given once in the whole lab: plug-laser-1.</param>
public sealed record AddBridgeDeviceRequest([property: Required, StringLength(Codes.MaxLength), RegularExpression(Codes.Pattern)] string Topic);

/// <param name="Machines">Codes of the machines that it serves.</param>
/// <param name="Devices">Topics of the MQTT devices that it commands.</param>
/// <param name="PairedAt">When a program last got its key; left out before the first.</param>
/// <param name="RevokedAt">Since when no program has its key; left out while one may.</param>
internal sealed record BridgeResponse(
    Guid Id, string Code, bool IsOnline, IReadOnlyList<string> Machines, IReadOnlyList<string> Devices, Instant CreatedAt, Instant? PairedAt, Instant? RevokedAt)
{
    public static BridgeResponse From(BridgeView view) => new(
        view.Bridge.Id, view.Bridge.Code, view.IsOnline, view.Machines, view.Bridge.DeviceTopics, view.Bridge.CreatedAt, view.Bridge.PairedAt, view.Bridge.RevokedAt);
}

/// <param name="PairingCode">For the program, shown this once.</param>
internal sealed record BridgeOfferResponse(Guid Id, string Code, string PairingCode, Instant EndsAt)
{
    public static BridgeOfferResponse From(BridgeOffer offer) => new(offer.Bridge.Id, offer.Bridge.Code, offer.Code, offer.Bridge.PairingEndsAt!.Value);
}

/// <param name="User">For the device's settings, with the password; client id and topic are the same.</param>
internal sealed record BridgeDeviceResponse(string User, string Password);

internal static class BridgeEndpoints
{
    public static void MapBridgeKeeping(this RouteGroupBuilder api)
    {
        var ofSite = api.MapGroup("/sites/{code}/bridges").WithTags("bridges").WithRefusals("not-found");
        ofSite.MapGet("/", ListAsync).WithName("ListBridges").WithSummary("The bridges of a site, with their machines and devices, and whether each is connected");
        ofSite.MapPost("/", MakeAsync).WithName("MakeBridge").WithSummary("Name a bridge; the code that pairs a program with it is shown this once").WithRefusals("bridge-code-taken");
        var one = api.MapGroup("/bridges/{id:guid}").WithTags("bridges").WithRefusals("not-found");
        one.MapPost("/renew", RenewAsync).WithName("RenewBridge").WithSummary("A new pairing code; the program that takes it gets a new key, and the one before is shut out");
        one.MapPost("/revoke", RevokeAsync).WithName("RevokeBridge").WithSummary("Shut the bridge out at once; its machines get no lease until a program is paired anew");
        one.MapPost("/devices", AddDeviceAsync).WithName("AddBridgeDevice").WithSummary("Let an MQTT device of the bridge into the broker, or show anew what is typed into it")
            .WithRefusals("bridge-code-taken", "too-many-devices");
        one.MapDelete("/devices/{topic}", RemoveDeviceAsync).WithName("RemoveBridgeDevice").WithSummary("Shut an MQTT device of the bridge out of the broker");
    }

    private static async Task<Results<Ok<IReadOnlyList<BridgeResponse>>, ProblemHttpResult>> ListAsync(string code, KeepBridges bridges, CancellationToken ct) =>
        await bridges.SiteAsync(code, ct) is { } site
            ? TypedResults.Ok<IReadOnlyList<BridgeResponse>>([.. (await bridges.ListAsync(site, ct)).Select(BridgeResponse.From)])
            : new NoSuchThing("site").ToProblem();

    private static async Task<Results<Created<BridgeOfferResponse>, ProblemHttpResult>> MakeAsync(string code, MakeBridgeRequest request, KeepBridges bridges, CancellationToken ct) =>
        (await bridges.MakeAsync(code, request.Code, ct)).Match<Results<Created<BridgeOfferResponse>, ProblemHttpResult>>(
            made => TypedResults.Created($"{ApiFeature.Base}/bridges/{made.Bridge.Id}", BridgeOfferResponse.From(made)), refusal => refusal.ToProblem());

    private static async Task<Results<Ok<BridgeOfferResponse>, ProblemHttpResult>> RenewAsync(Guid id, KeepBridges bridges, CancellationToken ct) =>
        (await bridges.RenewAsync(id, ct)).Match<Results<Ok<BridgeOfferResponse>, ProblemHttpResult>>(offer => TypedResults.Ok(BridgeOfferResponse.From(offer)), refusal => refusal.ToProblem());

    private static async Task<Results<NoContent, ProblemHttpResult>> RevokeAsync(Guid id, KeepBridges bridges, CancellationToken ct) =>
        await bridges.RevokeAsync(id, ct) is { } refusal ? refusal.ToProblem() : TypedResults.NoContent();

    private static async Task<Results<Ok<BridgeDeviceResponse>, ProblemHttpResult>> AddDeviceAsync(Guid id, AddBridgeDeviceRequest request, KeepBridgeDevices devices, CancellationToken ct) =>
        (await devices.AddAsync(id, request.Topic, ct)).Match<Results<Ok<BridgeDeviceResponse>, ProblemHttpResult>>(
            device => TypedResults.Ok(new BridgeDeviceResponse(device.Topic, device.Password)), refusal => refusal.ToProblem());

    private static async Task<Results<NoContent, ProblemHttpResult>> RemoveDeviceAsync(Guid id, string topic, KeepBridgeDevices devices, CancellationToken ct) =>
        await devices.RemoveAsync(id, topic, ct) is { } refusal ? refusal.ToProblem() : TypedResults.NoContent();
}
