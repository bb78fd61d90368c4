using Fablab.Web.Features.Notices.Mailing;
using Fablab.Web.Hosting;
using Microsoft.Extensions.Options;

namespace Fablab.Web.Features.Notices;

internal static class NoticesFeature
{
    public static void AddNotices(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSettings<MailOptions, MailOptionsValidator>(MailOptions.Section);
        services.AddScoped<NoticeLines>();
        services.AddScoped<MyMailPreferences>();
        services.AddScoped<ComposeMail>();
        services.AddSingleton<MailDrawing>();
        services.AddSingleton<MailSweep>();
        services.AddSingleton<IMailPost>(provider =>
            provider.GetRequiredService<IOptions<MailOptions>>().Value.Host is null
                ? ActivatorUtilities.CreateInstance<FolderPost>(provider)
                : ActivatorUtilities.CreateInstance<SmtpPost>(provider));
    }
}
