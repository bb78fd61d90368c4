using Fablab.Web.Features.Audit.Sealing;
using Fablab.Web.Features.Audit.Searching;

namespace Fablab.Web.Features.Audit;

internal static class AuditFeature
{
    public static void AddAudit(this IHostApplicationBuilder builder)
    {
        builder.Services.AddScoped<AuditTrail>();
        builder.Services.AddScoped<VerifyAudit>();
        builder.Services.AddScoped<ReadAudit>();
        builder.Services.AddScoped<ExportAudit>();
        builder.Services.AddSingleton<SealAudit>();
    }
}
