using Fablab.Web.Features.Billing.Issuing;

namespace Fablab.Web.Features.Billing;

internal static class BillingFeature
{
    public static void AddBilling(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddScoped<ChargeSession>();
        services.AddScoped<IssueInvoice>();
    }
}
