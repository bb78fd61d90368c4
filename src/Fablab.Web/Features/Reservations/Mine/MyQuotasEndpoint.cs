using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations.Rules;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Mine;

/// <summary>How far a quota, or a limit on open bookings, is used.</summary>
/// <param name="Kind"><c>quota</c> or <c>open-bookings</c>, which has no period.</param>
/// <param name="Whose">Whose bookings count together.</param>
/// <param name="Machines">Codes of all machines that it counts together.</param>
/// <param name="From">The period's first day by the calendar of <paramref name="TimeZone"/>.</param>
/// <param name="Until">The first day after the period.</param>
/// <param name="LeftSeconds">Left out when time is not limited; never less than 0.</param>
/// <param name="LeftBookings">Left out when the number of bookings is not limited; never less than 0.</param>
internal sealed record QuotaResponse(
    Guid Rule, string Kind, QuotaOwner Whose, Guid? OrganisationId, string? Group, IReadOnlyList<string> Machines, string? Pool, MachineCategory? Category, string? Site,
    QuotaPeriod? Period, int? RollingDays, LocalDate? From, LocalDate? Until, string TimeZone,
    long? MostSeconds, long UsedSeconds, long? LeftSeconds, int? MostBookings, int UsedBookings, int? LeftBookings)
{
    public static QuotaResponse Of(MyLimit limit)
    {
        var (use, quota) = (limit.Use, limit.Use.Rule as QuotaRule);
        return new QuotaResponse(
            use.Rule.Id.Value, use.Rule.Code, quota?.Whose ?? QuotaOwner.Member, limit.Organisation?.Id.Value, limit.Group?.Code,
            [.. limit.Machines.Select(machine => machine.Code)], limit.Pool?.Code, use.Category, limit.Site?.Code,
            quota?.Period, quota is { Period: QuotaPeriod.RollingDays } ? quota.RollingDays : null, use.From, use.Until, use.Zone.Id,
            Seconds(use.MostTime), (long)use.UsedTime.TotalSeconds, Seconds(use.TimeLeft), use.MostCount, use.UsedCount, use.CountLeft);
    }

    private static long? Seconds(Duration? time) => time is { } one ? (long)one.TotalSeconds : null;
}

internal static class MyQuotasEndpoint
{
    public static void MapMyQuotas(this RouteGroupBuilder api) => api
        .MapGet("/members/me/quotas", async (MyLimits limits, CancellationToken ct) =>
            TypedResults.Ok<IReadOnlyList<QuotaResponse>>([.. (await limits.ReadAsync(ct)).Select(QuotaResponse.Of)]))
        .WithTags("members")
        .WithName("ListMyQuotas")
        .WithSummary("Quotas and limits on open bookings that concern me: what is used, what is left, and until when");
}
