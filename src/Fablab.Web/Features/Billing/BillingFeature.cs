using Fablab.Web.Features.Billing.Issuing;
using Fablab.Web.Features.Billing.Running;
using Fablab.Web.Hosting;

namespace Fablab.Web.Features.Billing;

internal static class BillingFeature
{
    public static void AddBilling(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddScoped<ChargeSession>();
        services.AddScoped<IssueInvoice>();
        services.AddSettings<BillingOptions, BillingOptionsValidator>(BillingOptions.Section);
        services.AddSingleton<InvoiceRun>();
    }
}
