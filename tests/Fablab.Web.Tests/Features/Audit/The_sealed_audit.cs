using Fablab.Domain.Audit;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit.Sealing;
using Fablab.Web.Hosting;
using Fablab.Web.Tests.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Fablab.Web.Tests.Features.Audit;

/// <summary>Nothing in the audit changes without its showing, even for who owns the database and drops what guards it.</summary>
public sealed class The_sealed_audit(StorageProvider provider) : LabTest(provider)
{
    private static readonly Instant Noon = Instant.FromUtc(2026, 3, 2, 12, 0);

    private LabApp lab = null!;

    [SetUp]
    public void Open_a_lab_of_its_own() => lab = new LabApp(Provider);

    [TearDown]
    public void Close_it() => lab.Dispose();

    [Test]
    public async Task Fits_from_the_first_entry_to_the_last()
    {
        await WriteAsync(1200);

        var verdict = await VerifyAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(verdict.Problem, Is.Null);
            Assert.That(verdict.Sealed, Is.GreaterThanOrEqualTo(1200), "more than one transaction seals");
            Assert.That(await lab.WithDbAsync(db => db.UnsealedAudit.CountAsync()), Is.Zero);
        }
    }

    [Test]
    public async Task Shows_a_change_of_one_letter()
    {
        await WriteAsync(5);
        await AsOwnerAsync("UPDATE \"Audit\" SET \"Subject\" = 'thing/9' WHERE \"Subject\" = 'thing/3'");

        Assert.That((await VerifyAsync()).Problem, Does.Contain("is not what was sealed"));
    }

    [Test]
    public async Task Shows_another_network_address_and_bears_its_being_wiped()
    {
        await WriteAsync(3);
        await lab.WithDbAsync(db => db.Audit.Where(row => row.Subject == "thing/1").ExecuteUpdateAsync(
            set => set.SetProperty(row => row.Address, (string?)null).SetProperty(row => row.AddressSalt, (string?)null)));
        Assert.That((await VerifyAsync()).Problem, Is.Null);

        await AsOwnerAsync("UPDATE \"Audit\" SET \"Address\" = '192.0.2.99' WHERE \"Subject\" = 'thing/2'");
        Assert.That((await VerifyAsync()).Problem, Does.Contain("network address"));
    }

    [Test]
    public async Task Shows_an_entry_taken_out_of_the_middle()
    {
        await WriteAsync(5);
        await AsOwnerAsync("DELETE FROM \"AuditSeals\" WHERE \"Sequence\" = (SELECT MAX(\"Sequence\") - 2 FROM \"AuditSeals\")");

        Assert.That((await VerifyAsync()).Problem, Does.Contain("is missing from the chain"));
    }

    [Test]
    public async Task Shows_by_an_anchor_that_the_end_was_cut_off()
    {
        await WriteAsync(5);
        var anchor = (await VerifyAsync()).End!;
        await AsOwnerAsync("DELETE FROM \"AuditSeals\" WHERE \"Sequence\" = (SELECT MAX(\"Sequence\") FROM \"AuditSeals\")");

        using (Assert.EnterMultipleScope())
        {
            Assert.That((await VerifyAsync(anchor)).Problem, Does.Contain("cut off"));
            Assert.That((await VerifyAsync(anchor with { Sequence = 1 })).Problem, Does.Contain("written anew"));
        }
    }

    [Test]
    public async Task Shows_an_entry_that_was_kept_from_being_sealed()
    {
        // At once, because the sweep is quick.
        await lab.WithDbAsync(db => LabTransaction.RunAsync(db, [], async () =>
        {
            db.Add(RowOf(0, Instant.FromDateTimeOffset(lab.Clock.GetUtcNow()) - VerifyAudit.LatestSeal - Duration.FromMinutes(1)));
            await db.SaveChangesAsync();
            return await db.UnsealedAudit.ExecuteDeleteAsync();
        }, CancellationToken.None));
        await SealAsync();

        Assert.That((await VerifyAsync()).Problem, Does.Contain("never sealed"));
    }

    [Test]
    public void Reads_an_anchor_as_the_log_says_it()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(AuditAnchor.Parse($"12:{AuditChain.Start}"), Is.EqualTo(new AuditAnchor(12, AuditChain.Start)));
            Assert.That(AuditAnchor.Parse("12"), Is.Null);
            Assert.That(AuditAnchor.Parse("twelve:abc"), Is.Null);
        }
    }

    private async Task WriteAsync(int count)
    {
        await lab.WithDbAsync(db =>
        {
            db.AddRange(Enumerable.Range(1, count).Select(nth => RowOf(nth, Noon)));
            return db.SaveChangesAsync();
        });
        await SealAsync();
    }

    private static AuditRow RowOf(int nth, Instant at) => new()
    {
        Id = Guid.CreateVersion7(), At = at, Action = "signed-in", Subject = $"thing/{nth}", Address = "192.0.2.1", AddressSalt = "00",
        AddressDigest = AuditChain.DigestOf("00", "192.0.2.1"), After = new Dictionary<string, string> { ["z"] = "1", ["a"] = "2" },
    };

    private Task SealAsync() => lab.Services.GetRequiredService<SealAudit>().RunAsync(CancellationToken.None);

    private async Task<AuditVerdict> VerifyAsync(params AuditAnchor[] anchors)
    {
        await using var scope = lab.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<VerifyAudit>().ExecuteAsync(anchors, CancellationToken.None);
    }

    /// <summary>Without the triggers that keep the program from it.</summary>
    private Task AsOwnerAsync(string statement) => lab.WithDbAsync(async db =>
    {
        var triggers = Provider is StorageProvider.Postgres
            ? "ALTER TABLE \"Audit\" DISABLE TRIGGER USER; ALTER TABLE \"AuditSeals\" DISABLE TRIGGER USER;"
            : """
              DROP TRIGGER IF EXISTS "TR_Audit_Sealed"; DROP TRIGGER IF EXISTS "TR_Audit_Address"; DROP TRIGGER IF EXISTS "TR_Audit_Kept";
              DROP TRIGGER IF EXISTS "TR_AuditSeals_AppendOnly_UPDATE"; DROP TRIGGER IF EXISTS "TR_AuditSeals_AppendOnly_DELETE";
              """;
        await db.Database.ExecuteSqlRawAsync(triggers);
        return await db.Database.ExecuteSqlRawAsync(statement);
    });
}
