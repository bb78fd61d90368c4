using System.ComponentModel.DataAnnotations;
using Fablab.Domain;
using Fablab.Domain.Presence;
using Fablab.Web.Api;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Members.SigningIn;
using Fablab.Web.Features.Presence.AtKiosks;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;

namespace Fablab.Web.Features.Presence.Kiosks;

/// <param name="Name">For staff to know it by: north door.</param>
/// <param name="Machine">Code of the machine that it stands at; left out for a door.</param>
public sealed record MakeKioskRequest([property: Required, StringLength(KioskRow.LongestName, MinimumLength = 1)] string Name, [property: StringLength(40)] string? Machine);

/// <param name="Code">As the pairing code was shown; dashes, spaces and small letters do not matter.</param>
public sealed record PairKioskRequest([property: Required, StringLength(40)] string Code);

/// <summary>A badge held to a kiosk, or an address and a PIN typed there.</summary>
public sealed record TapRequest : IValidatableObject
{
    /// <summary>As the reader gives it.</summary>
    [StringLength(100)]
    public string? Badge { get; init; }

    [StringLength(256)]
    public string? Email { get; init; }

    [StringLength(40)]
    public string? Pin { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if ((Badge is null) == (Email is null || Pin is null))
        {
            yield return new ValidationResult("Give either a badge, or an address and a PIN.", [nameof(Badge)]);
        }
    }
}

/// <param name="Machine">Code; <see langword="null"/> at a door.</param>
/// <param name="LastSeenAt">To the minute.</param>
internal sealed record KioskResponse(Guid Id, string Name, string? Machine, Instant CreatedAt, Instant? PairedAt, Instant? LastSeenAt)
{
    public static KioskResponse From(KioskView view) =>
        new(view.Kiosk.Id.Value, view.Kiosk.Name, view.MachineCode, view.Kiosk.At, view.Kiosk.PairedAt, view.Kiosk.LastSeenAt);
}

/// <param name="PairingCode">For the device, shown this once.</param>
internal sealed record PairingOfferResponse(Guid Id, string Name, string PairingCode, Instant EndsAt)
{
    public static PairingOfferResponse From(PairingOffer offer) => new(offer.Kiosk.Id.Value, offer.Kiosk.Name, offer.Code, offer.Kiosk.PairingEndsAt!.Value);
}

/// <param name="Token">The device's secret, shown this once; it goes into <c>Authorization: Bearer</c>.</param>
internal sealed record PairedKioskResponse(Guid Id, string Name, string Token);

/// <param name="Site">Code.</param>
/// <param name="Machine">Code; <see langword="null"/> at a door.</param>
internal sealed record ThisKioskResponse(Guid Id, string Name, string Site, string? Machine);

/// <param name="Meaning">arrive, leave, or repeat when it was the same tap again.</param>
/// <param name="FirstName">Nothing more of them is told at a door.</param>
internal sealed record TappedResponse(TapMeaning Meaning, string FirstName, Instant Since, Instant? LeftAt);

internal static class KioskEndpoints
{
    public static void MapKiosks(this RouteGroupBuilder api)
    {
        var ofSite = api.MapGroup("/sites/{code}/kiosks").WithTags("presence").WithRefusals("not-found");
        ofSite.MapGet("/", ListAsync).WithName("ListKiosks").WithSummary("The kiosks of a site, with when each was last seen");
        ofSite.MapPost("/", MakeAsync).WithName("MakeKiosk").WithSummary("Make a kiosk for a door or a machine; the code that pairs a device with it is shown this once");
        var one = api.MapGroup("/kiosks/{id:guid}").WithTags("presence").WithRefusals("not-found");
        one.MapPost("/renew", RenewAsync).WithName("RenewKiosk").WithSummary("A new pairing code; the device that takes it takes the place of the one before");
        one.MapPost("/revoke", RevokeAsync).WithName("RevokeKiosk").WithSummary("The device is a kiosk no more, at once");

        var device = api.MapGroup("/kiosk").AllowAnonymous().WithTags("presence");
        device.MapPost("/pair", PairAsync).RequireRateLimiting(SignInLimit.Policy)
            .WithName("PairKiosk").WithSummary("For a device: turn a pairing code into its secret").WithRefusals("pairing-refused");
        var paired = device.MapGroup("").AddEndpointFilter(KioskGate.ForApiAsync).WithRefusals("kiosk-not-paired");
        paired.MapGet("/", ReadAsync).WithName("GetThisKiosk").WithSummary("For a device: where it stands");
        paired.MapPost("/taps", TapAsync).WithName("TapAtKiosk").WithSummary("For a device at a door: somebody comes or goes")
            .WithRefusals("not-allowed", "badge-unreadable", "badge-unknown", "badge-revoked", "pin-wrong", "too-many-guesses", "suspended-here", "not-a-member-here");
    }

    private static async Task<Results<Ok<IReadOnlyList<KioskResponse>>, ProblemHttpResult>> ListAsync(string code, KeepKiosks kiosks, CancellationToken ct) =>
        await kiosks.SiteAsync(code, ct) is { } site
            ? TypedResults.Ok<IReadOnlyList<KioskResponse>>([.. (await kiosks.ListAsync(site.Id, ct)).Select(KioskResponse.From)])
            : new NoSuchThing("site").ToProblem();

    private static async Task<Results<Created<PairingOfferResponse>, ProblemHttpResult>> MakeAsync(string code, MakeKioskRequest request, KeepKiosks kiosks, CancellationToken ct) =>
        (await kiosks.MakeAsync(code, request.Name, request.Machine, ct)).Match<Results<Created<PairingOfferResponse>, ProblemHttpResult>>(
            made => TypedResults.Created($"{ApiFeature.Base}/kiosks/{made.Kiosk.Id}", PairingOfferResponse.From(made)), refusal => refusal.ToProblem());

    private static async Task<Results<Ok<PairingOfferResponse>, ProblemHttpResult>> RenewAsync(Guid id, KeepKiosks kiosks, CancellationToken ct) =>
        (await kiosks.RenewAsync(new KioskId(id), ct)).Match<Results<Ok<PairingOfferResponse>, ProblemHttpResult>>(
            offer => TypedResults.Ok(PairingOfferResponse.From(offer)), refusal => refusal.ToProblem());

    private static async Task<Results<NoContent, ProblemHttpResult>> RevokeAsync(Guid id, KeepKiosks kiosks, CancellationToken ct) =>
        await kiosks.RevokeAsync(new KioskId(id), ct) is { } refusal ? refusal.ToProblem() : TypedResults.NoContent();

    private static async Task<Results<Ok<PairedKioskResponse>, ProblemHttpResult>> PairAsync(PairKioskRequest request, PairKiosk pair, CancellationToken ct) =>
        (await pair.ExecuteAsync(request.Code, ct)).Match<Results<Ok<PairedKioskResponse>, ProblemHttpResult>>(
            paired => TypedResults.Ok(new PairedKioskResponse(paired.Kiosk.Id.Value, paired.Kiosk.Name, paired.Token)), refusal => refusal.ToProblem());

    private static Ok<ThisKioskResponse> ReadAsync(CurrentKiosk kiosk)
    {
        var (row, site, machine) = kiosk.InView;
        return TypedResults.Ok(new ThisKioskResponse(row.Id.Value, row.Name, site.Code, machine?.Code));
    }

    private static async Task<Results<Ok<TappedResponse>, ProblemHttpResult>> TapAsync(TapRequest request, TapAtDoor tap, CancellationToken ct) =>
        (await tap.ExecuteAsync(request.Badge, request.Email, request.Pin, ct)).Match<Results<Ok<TappedResponse>, ProblemHttpResult>>(
            done => TypedResults.Ok(new TappedResponse(done.Tapped.Meaning, done.Who.FirstName, done.Tapped.Visit.ArrivedAt, done.Tapped.Visit.LeftAt)), refusal => refusal.ToProblem());
}
