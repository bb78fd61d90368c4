using System.ComponentModel.DataAnnotations;
using Fablab.Domain;
using Fablab.Domain.Billing;
using Fablab.Domain.Members;
using Fablab.Domain.Organisations;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Places.Entities;

/// <summary>Who issues the invoices of its sites.</summary>
public record LegalEntityRequest
{
    [Required, StringLength(100, MinimumLength = 1)]
    public required string Name { get; init; }

    /// <summary>As it stands on invoices: Association loi 1901, SAS au capital de 10 000 €.</summary>
    [Required, StringLength(100, MinimumLength = 1)]
    public required string LegalForm { get; init; }

    [Required, StringLength(300, MinimumLength = 1)]
    public required string Address { get; init; }

    /// <summary>Nine digits.</summary>
    [Required, StringLength(20)]
    public required string Siren { get; init; }

    /// <summary>Left out by who has none.</summary>
    [StringLength(30)]
    public string? VatNumber { get; init; }

    /// <summary>The account that invoices ask to pay into.</summary>
    [Required, StringLength(50)]
    public required string Iban { get; init; }
}

public sealed record MakeLegalEntityRequest : LegalEntityRequest
{
    /// <summary>Beginning of its invoice numbers, said once, since numbers follow each other without a gap: FL.</summary>
    [Required, StringLength(16), RegularExpression("[A-Z0-9](-?[A-Z0-9])*")]
    public required string InvoiceSeries { get; init; }
}

/// <summary>Administrators say who issues invoices. What was issued keeps what it says.</summary>
internal sealed class KeepLegalEntities(FablabDb db, CurrentMember me, AuditTrail audit)
{
    public bool IsAllowed => me.May(Right.SetUpLab, Subject.Nothing);

    public Task<List<LegalEntityRow>> ListAsync(CancellationToken ct) => db.LegalEntities.AsNoTracking().OrderBy(row => row.Name).ToListAsync(ct);

    public async Task<Result<LegalEntityRow>> MakeAsync(MakeLegalEntityRequest request, CancellationToken ct)
    {
        if (!IsAllowed)
        {
            return new NotAllowed();
        }

        var row = new LegalEntityRow { Id = Guid.CreateVersion7(), Name = "", LegalForm = "", Address = "", Siren = "", VatNumber = "", Iban = "", InvoiceSeries = request.InvoiceSeries };
        if (Take(row, request) is { Count: > 0 } reasons)
        {
            return new SetUpRefused(reasons);
        }

        try
        {
            return await LabTransaction.RunAsync<Result<LegalEntityRow>>(db, [], async () =>
            {
                db.Add(row);
                audit.Note("legal-entity-made", $"legal-entity/{row.Id}", after: Facts(row));
                await db.SaveChangesAsync(ct);
                return row;
            }, ct);
        }
        catch (Exception error) when (DatabaseRefusals.IsDuplicate(error))
        {
            return new CodeTaken();
        }
        finally
        {
            db.ChangeTracker.Clear();
        }
    }

    public async Task<Result<LegalEntityRow>> EditAsync(Guid id, LegalEntityRequest request, string? ifMatch, CancellationToken ct)
    {
        if (!IsAllowed)
        {
            return new NoSuchThing("legal-entity");
        }

        var result = await LabTransaction.DecideHoldingAsync<LegalEntityRow>(db, [id], async () =>
        {
            if (await db.LegalEntities.SingleOrDefaultAsync(one => one.Id == id, ct) is not { } row)
            {
                return new NoSuchThing("legal-entity");
            }

            if (!VersionTag.Fits(TagOf(row), ifMatch))
            {
                return new StaleVersion();
            }

            var (before, words) = (Facts(row), Words(row));
            if (Take(row, request) is { Count: > 0 } reasons)
            {
                return new SetUpRefused(reasons);
            }

            audit.Note("legal-entity-changed", $"legal-entity/{id}", before: before, after: Facts(row).With(Words(row).Except(words).Select(word => word.Key)));
            await db.SaveChangesAsync(ct);
            return row;
        }, ct);
        db.ChangeTracker.Clear();
        return result;
    }

    /// <returns>Codes of what is wrong.</returns>
    private static List<string> Take(LegalEntityRow row, LegalEntityRequest request)
    {
        List<string> reasons = [];
        (row.Name, row.LegalForm, row.Address) = (StorableText.Of(request.Name.Trim()), StorableText.Of(request.LegalForm.Trim()), StorableText.Of(request.Address.Trim()));
        if (Siren.TryParse(request.Siren, out var siren))
        {
            row.Siren = siren.Digits;
        }
        else
        {
            reasons.Add("siren-invalid");
        }

        if (string.IsNullOrWhiteSpace(request.VatNumber))
        {
            row.VatNumber = "";
        }
        else if (VatNumber.TryParse(request.VatNumber, out var vat))
        {
            row.VatNumber = vat.ToString();
        }
        else
        {
            reasons.Add("vat-number-invalid");
        }

        if (Iban.TryParse(request.Iban, out var iban))
        {
            row.Iban = iban.Text;
        }
        else
        {
            reasons.Add("iban-invalid");
        }

        return reasons;
    }

    public static string TagOf(LegalEntityRow row) => VersionTag.OfFacts(Words(row));

    private static Dictionary<string, string> Words(LegalEntityRow row) => new()
    {
        ["name"] = row.Name, ["legalForm"] = row.LegalForm, ["address"] = row.Address, ["siren"] = row.Siren, ["vatNumber"] = row.VatNumber, ["iban"] = row.Iban,
    };

    /// <summary>No word that somebody typed, and no number that leads to a person.</summary>
    private static Dictionary<string, string> Facts(LegalEntityRow row) => new() { ["invoiceSeries"] = row.InvoiceSeries, ["hasVatNumber"] = row.VatNumber.Length > 0 ? "true" : "false" };
}
