using Fablab.Web.Features.Reservations.Booking;
using Fablab.Web.Features.Reservations.Bundles;
using Fablab.Web.Features.Reservations.Cancelling;
using Fablab.Web.Features.Reservations.Changing;
using Fablab.Web.Features.Reservations.Finding;
using Fablab.Web.Features.Reservations.HandingOver;
using Fablab.Web.Features.Reservations.Mine;
using Fablab.Web.Features.Reservations.Pools;
using Fablab.Web.Features.Reservations.Reading;
using Fablab.Web.Features.Reservations.Approving;
using Fablab.Web.Features.Reservations.Maintaining;
using Fablab.Web.Features.Reservations.Rules;
using Fablab.Web.Features.Reservations.Rules.Editing;
using Fablab.Web.Features.Reservations.Rules.Replaying;
using Fablab.Web.Features.Reservations.Series;
using Fablab.Web.Features.Reservations.WalkingUp;
using Fablab.Web.Features.Reservations.Waiting;

namespace Fablab.Web.Features.Reservations;

internal static class ReservationsFeature
{
    public static void AddReservations(this IHostApplicationBuilder builder) => builder.Services
        .AddScoped<DeskDue>()
        .AddScoped<KeptNeighbours>()
        .AddScoped<MissedBookings>()
        .AddScoped<BookingPeople>()
        .AddScoped<ChangeWishes>()
        .AddScoped<ApplyChange>()
        .AddScoped<ChangeReservation>()
        .AddScoped<CancelMany>()
        .AddScoped<BookBundle>()
        .AddScoped<LookAtSeries>()
        .AddScoped<BookSeries>()
        .AddScoped<ChangeSeries>()
        .AddScoped<BookingInquiry>()
        .AddSingleton<RuleBookCache>()
        .AddScoped<RuleBooks>()
        .AddScoped<CountedBookings>()
        .AddScoped<RuleFacts>()
        .AddScoped<EditRules>()
        .AddScoped<PastBookings>()
        .AddScoped<ReplayRules>()
        .AddScoped<ReadRuleBooks>()
        .AddScoped<ReadRuleNames>()
        .AddScoped<RulesPlaces>()
        .AddScoped<DraftPages>()
        .AddScoped<WalkUp>()
        .AddScoped<ApproveReservation>()
        .AddScoped<EndRequest>()
        .AddScoped<MaintenanceTasks>()
        .AddScoped<PoolSeats>()
        .AddScoped<PoolReseating>()
        .AddScoped<PlaceReservation>()
        .AddScoped<RequestNews>()
        .AddScoped<BookMachine>()
        .AddScoped<CancelReservation>()
        .AddScoped<ReadReservations>()
        .AddScoped<SiteCalendar>()
        .AddScoped<MyLimits>()
        .AddScoped<ReadBookableTimes>()
        .AddScoped<FindOpenings>()
        .AddScoped<OpeningWishes>()
        .AddScoped<FindVariants>()
        .AddScoped<FindSequence>()
        .AddScoped<Handovers>()
        .AddScoped<OfferReservation>()
        .AddScoped<AnswerHandover>()
        .AddScoped<Availability>()
        .AddWaitingList();

    public static void MapReservations(this RouteGroupBuilder api)
    {
        var reservations = api.MapGroup("/reservations").WithTags("reservations");
        reservations.MapBookMachine();
        reservations.MapCheckBooking();
        reservations.MapCancelReservation();
        reservations.MapReadReservations();
        reservations.MapChangeReservation();
        reservations.MapApproval();
        api.MapPools();
        api.MapRules();
        api.MapRuleReplay();
        api.MapWalkUp();
        api.MapMaintenance();
        api.MapBundles();
        api.MapSeries();
        api.MapAvailability();
        api.MapCalendar();
        api.MapMyQuotas();
        api.MapOpenings();
        api.MapSequence();
        api.MapHandovers();
        api.MapWaitingList();
    }
}
