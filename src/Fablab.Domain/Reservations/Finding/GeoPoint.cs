namespace Fablab.Domain.Reservations.Finding;

/// <summary>A place on Earth, in degrees north and east.</summary>
public sealed record GeoPoint
{
    private const double EarthRadiusKilometres = 6371.0088;

    /// <exception cref="ArgumentOutOfRangeException">There is no such place.</exception>
    public GeoPoint(double latitude, double longitude)
    {
        if (!IsOnEarth(latitude, longitude))
        {
            throw new ArgumentOutOfRangeException(nameof(latitude), $"{latitude}, {longitude} is no place on Earth.");
        }

        (Latitude, Longitude) = (latitude, longitude);
    }

    public double Latitude { get; }

    public double Longitude { get; }

    public static bool IsOnEarth(double latitude, double longitude) => latitude is >= -90 and <= 90 && longitude is >= -180 and <= 180;

    /// <summary>Along the great circle (haversine formula), on a sphere: half a percent off at worst, and people drive by roads.</summary>
    public double KilometresTo(GeoPoint other)
    {
        var (lat, lon) = (Radians(other.Latitude - Latitude) / 2, Radians(other.Longitude - Longitude) / 2);
        var a = Math.Pow(Math.Sin(lat), 2) + (Math.Cos(Radians(Latitude)) * Math.Cos(Radians(other.Latitude)) * Math.Pow(Math.Sin(lon), 2));
        return 2 * EarthRadiusKilometres * Math.Asin(Math.Min(1, Math.Sqrt(a)));
    }

    private static double Radians(double degrees) => degrees * Math.PI / 180;
}
