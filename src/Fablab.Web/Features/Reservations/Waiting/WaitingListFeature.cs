using Fablab.Web.Features.Notices.Mailing;

namespace Fablab.Web.Features.Reservations.Waiting;

internal static class WaitingListFeature
{
    public static void AddWaitingList(this IServiceCollection services) => services
        .AddScoped<FreedLine>()
        .AddScoped<FairShares>()
        .AddScoped<FulfilledWishes>()
        .AddScoped<HoldSlot>()
        .AddScoped<OfferTime>()
        .AddScoped<OfferSeats>()
        .AddScoped<FreedPools>()
        .AddScoped<EndHold>()
        .AddScoped<WaitingLooks>()
        .AddScoped<LapseReservation>()
        .AddScoped<JoinWaitingList>()
        .AddScoped<AnswerOffer>()
        .AddScoped<ReadWaitingList>()
        .AddScoped<WaitingPageModel>()
        .AddSingleton<OfferLinks>()
        .AddScoped<OfferOfLink>()
        .AddKeyedScoped<IMailActs, OfferMail>("time-offered")
        .AddSingleton<WaitingSweep>();
}
