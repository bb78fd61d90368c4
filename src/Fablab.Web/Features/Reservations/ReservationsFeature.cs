using Fablab.Web.Features.Reservations.Booking;
using Fablab.Web.Features.Reservations.Bundles;
using Fablab.Web.Features.Reservations.Cancelling;
using Fablab.Web.Features.Reservations.Changing;
using Fablab.Web.Features.Reservations.Pools;
using Fablab.Web.Features.Reservations.Reading;
using Fablab.Web.Features.Reservations.Series;

namespace Fablab.Web.Features.Reservations;

internal static class ReservationsFeature
{
    public static void AddReservations(this IHostApplicationBuilder builder) => builder.Services
        .AddScoped<DeskDue>()
        .AddScoped<KeptNeighbours>()
        .AddScoped<ApplyChange>()
        .AddScoped<ChangeReservation>()
        .AddScoped<CancelMany>()
        .AddScoped<BookBundle>()
        .AddScoped<BookSeries>()
        .AddScoped<ChangeSeries>()
        .AddScoped<BookingInquiry>()
        .AddScoped<PoolSeats>()
        .AddScoped<PoolReseating>()
        .AddScoped<PlaceReservation>()
        .AddScoped<BookMachine>()
        .AddScoped<CancelReservation>()
        .AddScoped<ReadReservations>()
        .AddScoped<Availability>()
        .AddScoped<SiteCalendar>();

    public static void MapReservations(this RouteGroupBuilder api)
    {
        var reservations = api.MapGroup("/reservations").WithTags("reservations");
        reservations.MapBookMachine();
        reservations.MapCheckBooking();
        reservations.MapCancelReservation();
        reservations.MapReadReservations();
        reservations.MapChangeReservation();
        api.MapPools();
        api.MapBundles();
        api.MapSeries();
        api.MapAvailability();
        api.MapCalendar();
    }
}
