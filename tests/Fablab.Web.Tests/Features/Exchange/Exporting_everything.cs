using System.Globalization;
using System.Text.Json;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Fablab.Web.Features.Exchange.Exporting;
using Fablab.Web.Tests.Testing;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Tests.Features.Exchange;

public sealed class Exporting_everything(StorageProvider provider) : ExchangeTest(provider)
{
    private static readonly string[] OfSites = ["members", "machines", "reservations", "authorisations", "usage-sessions", "trainings", "training-refunds"];

    private static readonly string[] OfMoney = ["charges", "invoices", "projects"];

    [Test]
    public async Task Gives_administrators_every_kind_in_both_forms()
    {
        foreach (var kind in OfSites.Concat(OfMoney))
        {
            var csv = await ExportAsync(Administrator, $"{kind}.csv");
            var lines = (await ExportAsync(Administrator, $"{kind}.jsonl")).Split('\n', StringSplitOptions.RemoveEmptyEntries);

            var columns = csv[..csv.IndexOf('\r', StringComparison.Ordinal)].Split(',');
            Assert.That(lines.Select(line => JsonDocument.Parse(line).RootElement.EnumerateObject().Select(one => one.Name)), Is.All.EqualTo(columns), kind);
        }
    }

    [Test]
    public async Task Gives_managers_what_belongs_to_their_sites_and_no_money()
    {
        var machines = await ExportAsync(Manager, "machines.csv");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(machines, Does.Contain("printer-1").And.Not.Contain("laser-1"));
            foreach (var kind in OfMoney)
            {
                using var answer = await Manager.GetAsync(new Uri($"/api/v1/exports/{kind}.csv", UriKind.Relative));
                Assert.That((int)answer.StatusCode, Is.EqualTo(404), kind);
            }
        }
    }

    [Test]
    public async Task Gives_owners_what_their_organisation_pays_and_nobody_else_anything()
    {
        using var owner = await Lab.ClientOfAsync(DemoIds.Owner);

        var projects = await ExportAsync(owner, "projects.csv");

        using var members = await owner.GetAsync(new Uri("/api/v1/exports/members.csv", UriKind.Relative));
        using var byMaker = await Maker.GetAsync(new Uri("/api/v1/exports/projects.csv", UriKind.Relative));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(projects, Does.Contain("Inspection drone").And.Contain(",50000,month"));
            Assert.That(((int)members.StatusCode, (int)byMaker.StatusCode), Is.EqualTo((404, 404)));
        }
    }

    [Test]
    public async Task Writes_instants_and_neutral_texts()
    {
        var slot = FreshSlot();
        await ImportAsync(Manager, "reservations", $"externalId,memberEmail,machine,start,end,title\n'=x,{DemoIds.Maker},room-1,{slot.Start:yyyy-MM-ddTHH:mm:ssZ},{slot.End:yyyy-MM-ddTHH:mm:ssZ},\"=HYPERLINK(\"\"x\"\")\"\n");

        var line = (await ExportAsync(Manager, "reservations.csv")).Split("\r\n").Single(one => one.Contains("HYPERLINK", StringComparison.Ordinal));

        Assert.That(line, Does.StartWith($"'=x,{DemoIds.Maker},room-1,2026-03-03T").And.Contain("Z,confirmed,\"'=HYPERLINK(\"\"x\"\")\","));
    }

    [Test]
    public async Task Leaves_numbers_numbers()
    {
        var table = new ExportTable("numbers", ["text", "number", "day", "flag", "none"], _ => Rows());
        using var csv = new MemoryStream();
        using var json = new MemoryStream();

        await WriteExport.AsCsvAsync(table, csv, CancellationToken.None);
        await WriteExport.AsJsonLinesAsync(table, json, CancellationToken.None);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Text(csv), Is.EqualTo("text,number,day,flag,none\r\n'-1200,-1200,2026-03-02,true,\r\n"));
            Assert.That(Text(json), Is.EqualTo("""{"text":"-1200","number":-1200,"day":"2026-03-02","flag":true,"none":null}""" + "\n"));
        }

        static string Text(MemoryStream stream) => System.Text.Encoding.UTF8.GetString(stream.ToArray()).TrimStart('\uFEFF');

        static async IAsyncEnumerable<object?[]> Rows()
        {
            await Task.Yield();
            yield return ["-1200", -1200L, new LocalDate(2026, 3, 2), true, null];
        }
    }

    [Test]
    public async Task Hands_out_rows_as_they_are_read()
    {
        var read = 0;
        using var to = new CountingStream();
        var table = new ExportTable("many", ["number", "text"], _ => Rows());

        await WriteExport.AsJsonLinesAsync(table, to, CancellationToken.None);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(read, Is.EqualTo(100_000));
            Assert.That(to.ReadAtFirstWrite, Is.InRange(0, 10_000), "the first bytes leave long before the last row is read");
        }

        async IAsyncEnumerable<object?[]> Rows()
        {
            for (; read < 100_000; read++)
            {
                to.Read = read;
                yield return [read, "some words of a row"];
            }

            await Task.Yield();
        }
    }

    [Test]
    public async Task Is_noted_in_the_audit()
    {
        var before = await ExportsAsync();

        await ExportAsync(Manager, "machines.jsonl");

        Assert.That(await ExportsAsync(), Is.EqualTo(before + 1));
    }

    [TestCase("members")]
    [TestCase("machines")]
    [TestCase("authorisations")]
    [TestCase("reservations")]
    public async Task Can_be_imported_again_where_it_came_from(string kind)
    {
        await ImportAsync(Administrator, "members", "externalId,email,name\n=9,formula@fablab.example,=Formula\n", "?site=atelier");
        await ImportAsync(Manager, "authorisations", "memberEmail,machine,level,hours,validUntil\nformula@fablab.example,room-1,limitedHours,monday 09:00-17:00,2027-01-31\n");

        var again = await ImportAsync(Administrator, kind, await ExportAsync(Administrator, $"{kind}.csv"));

        Assert.That(RowsOf(again).Distinct(), Is.EqualTo(["unchanged"]).Or.Empty, again.ToString());
    }

    [Test]
    public async Task Can_be_imported_into_another_lab()
    {
        await ImportAsync(Administrator, "members", "externalId,email,name\nmove-1,mover@fablab.example,Mona Mover\n");
        await ImportAsync(Administrator, "machines", "code,name,site,tariff,hazardClass,category,setUpMinutes\nlathe-1,Lathe,campus,Laser cutting,H,other,5\n");
        await ImportAsync(Administrator, "authorisations", "memberEmail,machine,grantedAt,validUntil\nmover@fablab.example,lathe-1,2025-09-01,2028-08-31\n");
        using var other = new LabApp(Provider);
        using var there = await other.ClientOfAsync(DemoIds.Administrator);

        foreach (var kind in new[] { "members", "machines", "authorisations" })
        {
            await ImportAsync(there, kind, await ExportAsync(Administrator, $"{kind}.csv"));
        }

        using (Assert.EnterMultipleScope())
        {
            foreach (var (kind, row) in new[] { ("members", "mover@"), ("machines", "lathe-1"), ("authorisations", "mover@") })
            {
                Assert.That(LineOf(await ExportAsync(there, $"{kind}.csv"), row), Is.EqualTo(LineOf(await ExportAsync(Administrator, $"{kind}.csv"), row)), kind);
            }
        }
    }

    /// <summary>Without the id at its end, which each lab makes itself.</summary>
    private static string LineOf(string csv, string part)
    {
        var cells = csv.Split("\r\n").Single(line => line.Contains(part, StringComparison.Ordinal)).Split(',');
        return string.Join(',', Guid.TryParse(cells[^1], CultureInfo.InvariantCulture, out _) ? cells[..^1] : cells);
    }

    private Task<int> ExportsAsync() => Lab.WithDbAsync(db => db.Audit.CountAsync(entry => entry.Action == "data-exported"));

    private sealed class CountingStream : MemoryStream
    {
        public new int Read { get; set; }

        public int ReadAtFirstWrite { get; private set; } = -1;

        public override void Write(byte[] buffer, int offset, int count) => Note();

        public override void Write(ReadOnlySpan<byte> buffer) => Note();

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        {
            Note();
            return Task.CompletedTask;
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Note();
            return ValueTask.CompletedTask;
        }

        private void Note() => ReadAtFirstWrite = ReadAtFirstWrite < 0 ? Read : ReadAtFirstWrite;
    }
}
