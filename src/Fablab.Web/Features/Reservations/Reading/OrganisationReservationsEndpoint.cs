using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Web.Api;
using Fablab.Web.Features.Members;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Reading;

/// <param name="Machine">Code of the machine, or of the unit of a pool that it sits on at present.</param>
/// <param name="MemberId">Whose it is; the organisation's members have the name, unless they left.</param>
internal sealed record OrganisationReservationResponse(
    Guid Id, string Machine, string MachineName, string Site, Instant Start, Instant End, ReservationState State, Guid MemberId, Guid ProjectId, string Project, string? Title)
{
    public static OrganisationReservationResponse From(ReservationView view)
    {
        var r = view.Reservation;
        return new OrganisationReservationResponse(
            r.Id.Value, view.Machine.Code, view.Machine.Name, view.Site, r.Slot.Start, r.Slot.End, r.State, r.Member.Value, r.Project!.Value.Value, view.ProjectName ?? "", r.Title);
    }
}

internal static class OrganisationReservationsEndpoint
{
    public static void MapOrganisationReservations(this RouteGroupBuilder organisation) => organisation
        .MapGet("/reservations", HandleAsync)
        .WithName("ListOrganisationReservations")
        .WithSummary("What is booked on an organisation's projects, the latest start first; for its owners and buyers")
        .WithRefusals("not-allowed");

    private static async Task<Results<Ok<Page<OrganisationReservationResponse>>, ProblemHttpResult>> HandleAsync(
        Guid id, int? limit, string? after, ReadReservations read, CurrentMember me, CancellationToken ct) =>
        (await read.OfOrganisationAsync(me, new OrganisationId(id), Cursor.Parse(after), Cursor.Limit(limit), ct)).Match<Results<Ok<Page<OrganisationReservationResponse>>, ProblemHttpResult>>(
            page => TypedResults.Ok(page.Select(OrganisationReservationResponse.From)),
            refusal => refusal.ToProblem());
}
