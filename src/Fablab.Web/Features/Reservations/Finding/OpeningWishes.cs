using System.Globalization;
using Fablab.Domain;
using Fablab.Domain.MachineJobs;
using Fablab.Domain.Machines;
using Fablab.Domain.Reservations.Finding;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Features.Members;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Finding;

/// <summary>Reads what is looked for from an address.</summary>
internal sealed class OpeningWishes(FablabDb db, CurrentMember me)
{
    private const int LongestSeconds = 62 * 86_400;

    /// <exception cref="BadHttpRequestException">It cannot be read.</exception>
    public async Task<Result<OpeningWish>> ReadAsync(OpeningsQuery query, Instant now, CancellationToken ct)
    {
        if (query.Seconds is < 1 or > LongestSeconds || (query.Seconds is null && query.JobId is null))
        {
            throw new BadHttpRequestException("'seconds' is the wanted length, from 1 second to 62 days; without it 'jobId' names a job.");
        }

        var job = query.JobId is { } id ? await JobAsync(new MachineJobId(id), ct) : null;
        if (query.JobId is not null && job is null)
        {
            return new NoSuchThing("job");
        }

        return new OpeningWish
        {
            Member = me.Id,
            Length = query.Seconds is { } seconds ? Duration.FromSeconds(seconds) : null,
            Job = job,
            Where = new BookableFilter { Code = Text(query.Machine) ?? Text(query.Pool), Site = Text(query.Site), Category = Category(query.Category) },
            Window = SearchWindow.Parse(query.From, query.To, now),
            Near = await NearAsync(query.Near, ct),
            Order = Order(query.Order),
            Limit = query.Limit is null or (>= 1 and <= FindOpenings.MostLimit)
                ? query.Limit ?? FindOpenings.DefaultLimit
                : throw new BadHttpRequestException($"'limit' is from 1 to {FindOpenings.MostLimit}."),
        };
    }

    public Task<MachineJob?> JobAsync(MachineJobId id, CancellationToken ct)
    {
        var member = me.Id;
        return db.MachineJobs.AsNoTracking().SingleOrDefaultAsync(job => job.Id == id && job.Member == member, ct);
    }

    /// <exception cref="BadHttpRequestException">There is no such category.</exception>
    public static MachineCategory? Category(string? text) => string.IsNullOrEmpty(text) ? null
        : Enum.TryParse<MachineCategory>(text, ignoreCase: true, out var category) && Enum.IsDefined(category) ? category
        : throw new BadHttpRequestException($"'category' is one of {string.Join(", ", Enum.GetNames<MachineCategory>())}.");

    /// <exception cref="BadHttpRequestException">There is no such order.</exception>
    public static OpeningOrder Order(string? text) => string.IsNullOrEmpty(text) ? OpeningOrder.Soonest
        : Enum.TryParse<OpeningOrder>(text, ignoreCase: true, out var order) && Enum.IsDefined(order) ? order
        : throw new BadHttpRequestException("'order' is one of soonest, cheapest, nearest.");

    private async Task<GeoPoint?> NearAsync(string? text, CancellationToken ct)
    {
        if (Text(text) is not { } near)
        {
            return null;
        }

        if (near.Split(',') is [var north, var east])
        {
            return double.TryParse(north, NumberStyles.Float, CultureInfo.InvariantCulture, out var latitude)
                && double.TryParse(east, NumberStyles.Float, CultureInfo.InvariantCulture, out var longitude)
                && GeoPoint.IsOnEarth(latitude, longitude)
                ? new GeoPoint(latitude, longitude)
                : throw new BadHttpRequestException("'near' is degrees north and east, like 48.11,-1.67, or the code of a site.");
        }

        var site = await db.Sites.AsNoTracking().SingleOrDefaultAsync(row => row.Code == near, ct)
            ?? throw new BadHttpRequestException("'near' names no site.");
        return site is { Latitude: { } siteLatitude, Longitude: { } siteLongitude } ? new GeoPoint(siteLatitude, siteLongitude) : null;
    }

    private static string? Text(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
