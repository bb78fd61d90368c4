using System.Text.Json;
using Fablab.Domain.Privacy;
using Fablab.Web.Data;
using Fablab.Web.Data.Mappings;
using Fablab.Web.Features.Billing.Issuing;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using NodaTime;

namespace Fablab.Web.Features.Privacy.Retaining;

/// <summary>
/// Takes the names of erased members out of their invoices, once the law wants them there no longer. The database allows nothing else and nothing earlier.
/// The chain of such an invoice fits no more; the next one's still does, since it goes on from the hash that stays.
/// </summary>
internal sealed class ForgetBuyers(FablabDb db, IOptions<PrivacyOptions> options, LabClock clock)
{
    /// <summary>Invoices of one sweep; the rest goes with the next.</summary>
    private const int MostInASweep = 500;

    public async Task ExecuteAsync(CancellationToken ct)
    {
        var before = RetentionRules.InvoicesBefore(clock.Now.InUtc().Date, options.Value.InvoiceYears);
        var old = await db.Invoices.AsNoTracking()
            .Where(row => row.IssuedOn < before && row.Member != null && !row.Document.Contains(Forgotten)
                && db.Users.Any(account => account.Id == (Guid)(object)row.Member!.Value && account.ErasedAt != null))
            .OrderBy(row => row.IssuedOn).Take(MostInASweep).ToListAsync(ct);
        foreach (var row in old)
        {
            var document = JsonSerializer.Deserialize<InvoiceDocument>(row.Document, Conversions.Json)!;
            var nameless = JsonSerializer.Serialize(document with { Buyer = new InvoiceParty(Forgotten, null, "", null, null) }, Conversions.Json);
            var id = row.Id;
            await LabTransaction.RunAsync(db, [], () => db.Invoices.Where(one => one.Id == id).ExecuteUpdateAsync(set => set.SetProperty(one => one.Document, nameless), ct), ct);
        }
    }

    /// <summary>What stands on the invoice instead of a name; no words, because papers have their own language, and ASCII, as which it is found again.</summary>
    public const string Forgotten = "[-]";
}
