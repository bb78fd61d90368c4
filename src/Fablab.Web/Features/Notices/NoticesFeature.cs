using Fablab.Web.Features.Notices.Mailing;
using Fablab.Web.Features.Notices.Pushing;
using Fablab.Web.Hosting;
using Microsoft.Extensions.Options;

namespace Fablab.Web.Features.Notices;

internal static class NoticesFeature
{
    private const int LargestPushAnswer = 64 * 1024;

    public static void AddNotices(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSettings<MailOptions, MailOptionsValidator>(MailOptions.Section);
        services.AddScoped<NoticeLines>();
        services.AddScoped<MyNotices>();
        services.AddScoped<NoticePages>();
        services.AddScoped<MyMailPreferences>();
        services.AddScoped<QuietTime>();
        services.AddScoped<ComposeMail>();
        AddPush(services);
        services.AddSingleton<MailDrawing>();
        services.AddSingleton<MailSweep>();
        services.AddSingleton<IMailPost>(provider =>
            provider.GetRequiredService<IOptions<MailOptions>>().Value.Host is null
                ? ActivatorUtilities.CreateInstance<FolderPost>(provider)
                : ActivatorUtilities.CreateInstance<SmtpPost>(provider));
    }

    private static void AddPush(IServiceCollection services)
    {
        services.AddSettings<PushOptions, PushOptionsValidator>(PushOptions.Section);
        services.AddScoped<PushKeys>();
        services.AddScoped<PushSubscriptions>();
        services.AddScoped<SendPush>();
        services.AddSingleton<PushSweep>();
        services.AddHttpClient(SendPush.Client)
            .ConfigureHttpClient((provider, client) =>
            {
                client.Timeout = TimeSpan.FromSeconds(provider.GetRequiredService<IOptions<PushOptions>>().Value.TimeoutSeconds);
                client.MaxResponseContentBufferSize = LargestPushAnswer;
            })
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                AllowAutoRedirect = false, UseProxy = false, UseCookies = false, ConnectCallback = PublicAddresses.ConnectAsync,
            })
            .RemoveAllLoggers();
    }
}
