using System.Security.Cryptography;
using System.Text;
using Fablab.Domain.Reservations;

namespace Fablab.Web.Features.Reservations.Series;

/// <summary>Changes when any reservation of the series does, so that nobody changes what they have not seen.</summary>
internal static class SeriesVersion
{
    public static string Of(IEnumerable<Reservation> series)
    {
        var all = string.Join('\n', series.OrderBy(one => one.Id.Value).Select(one => $"{one.Id}{ReservationVersion.Of(one)}"));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all)).AsSpan(0, 16));
    }

    /// <param name="seen"><see langword="null"/> when every version will do.</param>
    public static bool Fits(IEnumerable<Reservation> series, string? seen) => seen is null || seen == Of(series);
}
