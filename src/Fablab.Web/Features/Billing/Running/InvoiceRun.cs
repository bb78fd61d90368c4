using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Features.Billing.Issuing;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using NodaTime;
using Quartz;

namespace Fablab.Web.Features.Billing.Running;

/// <summary>
/// Issues what is open of the months that ended, one organisation after the other. What was issued is no longer open, so a run
/// that was cut short or runs twice finds just the rest.
/// </summary>
internal sealed partial class InvoiceRun(IServiceScopeFactory scopes, IOptions<BillingOptions> options, LabClock clock, ILogger<InvoiceRun> log)
{
    /// <returns>How many invoices were issued.</returns>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        var today = clock.Now.InUtc().Date;
        if (!options.Value.IssuesMonthly || today.Day < options.Value.IssueFromDay)
        {
            return 0;
        }

        var lastMonth = new LocalDate(today.Year, today.Month, 1).PlusMonths(-1);
        var issued = 0;
        foreach (var organisation in await WithOpenChargesAsync(lastMonth, ct))
        {
            issued += await IssueAsync(organisation, lastMonth, ct);
        }

        return issued;
    }

    private async Task<int> IssueAsync(OrganisationId organisation, LocalDate month, CancellationToken ct)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var result = await scope.ServiceProvider.GetRequiredService<IssueInvoice>().ExecuteAsync(organisation, month, evenIfNotOver: false, ct);
            if (!result.TryGet(out var invoices, out var refusal))
            {
                LogRefused(organisation, month, refusal.Code);
                return 0;
            }

            foreach (var invoice in invoices)
            {
                LogIssued(invoice.Number, organisation);
            }

            return invoices.Count;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // The others get their invoices; this one stays open for the next run.
            LogFailed(organisation, error);
            return 0;
        }
    }

    private async Task<List<OrganisationId>> WithOpenChargesAsync(LocalDate month, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<FablabDb>();
        return await (
            from charge in db.Charges.AsNoTracking()
            join project in db.Projects.AsNoTracking() on charge.Project equals (ProjectId?)project.Id
            where charge.Period <= month && !db.InvoiceLines.Any(line => line.Charge == charge.Id)
            select project.Organisation).Distinct().ToListAsync(ct);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Invoice {Number} was issued to organisation {Organisation}")]
    private partial void LogIssued(string number, OrganisationId organisation);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Organisation {Organisation} got no invoice for {Month}: {Code}")]
    private partial void LogRefused(OrganisationId organisation, LocalDate month, string code);

    [LoggerMessage(Level = LogLevel.Error, Message = "The invoice of organisation {Organisation} could not be issued; the next run tries again")]
    private partial void LogFailed(OrganisationId organisation, Exception error);
}

/// <summary>Wakes <see cref="InvoiceRun"/>.</summary>
[DisallowConcurrentExecution]
internal sealed class InvoiceRunJob(InvoiceRun run) : IJob
{
    public static readonly TimeSpan Every = TimeSpan.FromHours(6);

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => await run.RunAsync(cancellationToken);
}
