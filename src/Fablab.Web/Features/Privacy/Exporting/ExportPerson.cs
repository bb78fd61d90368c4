using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Data.Mappings;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Billing.Issuing;
using Fablab.Web.Features.Billing.Rendering;
using Fablab.Web.Features.MachineJobs;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Members.SigningIn;
using Fablab.Web.Features.Privacy.Personal;
using Fablab.Web.Features.Trainings.Certifying;
using Fablab.Web.Hosting;
using Fablab.Web.Resources;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;
using NodaTime.Text;

namespace Fablab.Web.Features.Privacy.Exporting;

/// <summary>
/// All that the lab has of a member, as one ZIP (GDPR art. 15 and 20): a JSON file for each kind of thing, their files, and a text that says what is what.
/// Given only to who proved a moment ago to be there, so to no access token. Written as it is read; nothing of it is kept.
/// </summary>
internal sealed class ExportPerson(
    FablabDb db, CurrentMember me, BrowserSessions sessions, JobFiles jobs, AuditTrail audit, IStringLocalizer<PrivacyTexts> texts, IOptions<WebOptions> web, LabClock clock)
{
    public async Task<Result<PushStreamHttpResult>> ExecuteAsync(CancellationToken ct)
    {
        if (!await sessions.IsConfirmedAsync(ct))
        {
            return new ConfirmationNeeded();
        }

        await LabTransaction.RunAsync(db, [], () =>
        {
            audit.Note("person-exported", $"account/{me.Id}", concerns: me.Id);
            return db.SaveChangesAsync(ct);
        }, ct);
        db.ChangeTracker.Clear();
        var culture = CultureInfo.CurrentUICulture;
        return TypedResults.Stream(stream => WriteAsync(me.Id, culture, stream, ct), "application/zip", $"fablab-{LocalDatePattern.Iso.Format(clock.Now.InUtc().Date)}.zip");
    }

    public async Task WriteAsync(MemberId member, CultureInfo culture, Stream to, CancellationToken ct)
    {
        await using var patient = new PatientStream(to);
        await using (var zip = await ZipArchive.CreateAsync(patient, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, ct))
        {
            await FillAsync(zip, member, culture, ct);
        }

        await patient.FlushAsync(ct);
    }

    private async Task FillAsync(ZipArchive zip, MemberId member, CultureInfo culture, CancellationToken ct)
    {
        await ReadmeAsync(zip, culture, ct);
        foreach (var table in PersonalTables.All.Where(table => table.Kind is not null))
        {
            await TableAsync(zip, table, member, ct);
        }

        await JobFilesAsync(zip, member, ct);
        await ProofsAsync(zip, member, ct);
        foreach (var certificate in await db.OfAsync(member, ct))
        {
            await FileAsync(zip, $"certificates/{certificate.Code}.pdf", CertificatePdf.Render(certificate, CertificatePages.AddressOf(web.Value, certificate.Code), culture), ct);
        }

        foreach (var invoice in await db.Invoices.AsNoTracking().Where(row => row.Member == member).OrderBy(row => row.IssuedAt).ToListAsync(ct))
        {
            await FileAsync(zip, $"invoices/{invoice.Number}.pdf", InvoicePdf.Render(JsonSerializer.Deserialize<InvoiceDocument>(invoice.Document, Conversions.Json)!, culture), ct);
        }
    }

    /// <summary>One JSON list, row by row.</summary>
    private async Task TableAsync(ZipArchive zip, PersonalTable table, MemberId member, CancellationToken ct)
    {
        await using var file = await zip.CreateEntry($"{table.Kind}.json").OpenAsync(ct);
        await JsonSerializer.SerializeAsync(file, table.RowsOf(db, member), PersonJson.OptionsFor(member), ct);
    }

    private async Task JobFilesAsync(ZipArchive zip, MemberId member, CancellationToken ct)
    {
        foreach (var job in await db.MachineJobs.AsNoTracking().Where(row => row.Member == member).ToListAsync(ct))
        {
            // A sweep may take one away while this runs.
            if (!jobs.Has(job.Sha256))
            {
                continue;
            }

            await using var from = File.OpenRead(jobs.PathOf(job.Sha256));
            await using var file = await zip.CreateEntry($"jobs/{job.Id}.gcode").OpenAsync(ct);
            await from.CopyToAsync(file, ct);
        }
    }

    /// <summary>One at a time: they are the largest of what lies in rows.</summary>
    private async Task ProofsAsync(ZipArchive zip, MemberId member, CancellationToken ct)
    {
        foreach (var id in await db.TariffRequests.AsNoTracking().Where(row => row.Member == member).Select(row => row.Id).ToListAsync(ct))
        {
            if (await db.TariffProofs.AsNoTracking().SingleOrDefaultAsync(row => row.Request == id, ct) is { } proof)
            {
                await FileAsync(zip, $"proofs/{id}.{ProofFile.ExtensionOf(proof.Kind)}", proof.Content, ct);
            }
        }
    }

    private async Task ReadmeAsync(ZipArchive zip, CultureInfo culture, CancellationToken ct)
    {
        (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (culture, culture);
        var lines = PersonalTables.All.Where(table => table.Kind is not null).Select(table => $"{table.Kind}.json: {texts[$"Kind.{table.Kind}"]}");
        var text = string.Join('\n', [
            texts["Readme.Title"], "", texts["Readme.What", LocalDatePattern.Iso.Format(clock.Now.InUtc().Date)], "", .. lines, $"jobs/: {texts["Readme.Jobs"]}", $"proofs/: {texts["Readme.Proofs"]}",
            $"certificates/: {texts["Readme.Certificates"]}", $"invoices/: {texts["Readme.Invoices"]}", "", texts["Readme.Others"], "", texts["Readme.Rights"], "",
        ]);
        await FileAsync(zip, texts["Readme.Name"], System.Text.Encoding.UTF8.GetBytes(text), ct);
    }

    private static async Task FileAsync(ZipArchive zip, string name, byte[] content, CancellationToken ct)
    {
        await using var file = await zip.CreateEntry(name).OpenAsync(ct);
        await file.WriteAsync(content, ct);
    }
}
