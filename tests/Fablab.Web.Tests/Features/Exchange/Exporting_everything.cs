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
    private static readonly string[] OfSites =
    [
        "members", "machines", "reservations", "authorisations", "usage-sessions", "trainings", "training-refunds", "sites", "site-texts", "pools", "faults", "outages", "maintenance", "waiting-list", "courses",
        "training-sessions", "enrolments", "certificates", "memberships", "roles", "suspensions", "site-invitations", "tariff-groups", "tariff-group-members", "tariff-requests", "badges", "visits",
    ];

    private static readonly string[] OfMoney = ["charges", "invoices", "projects", "organisations", "organisation-members", "tariffs"];

    /// <summary>Tables without a file of their own, and why. A new table is exported or stands here.</summary>
    private static readonly Dictionary<string, string> Unexported = new()
    {
        ["AcceptedTerms"] = "in the export of a person", ["Consents"] = "in the export of a person", ["GuardianConsents"] = "in the export of a person", ["MemberNotes"] = "written for colleagues alone",
        ["Erasures"] = "the privacy of who is gone", ["ExternalIds"] = "a column of what they name", ["Audit"] = "has an export of its own", ["AuditSeals"] = "in the export of the audit",
        ["UnsealedAudit"] = "for seconds", ["AuthorisationFacts"] = "in the export of a person", ["QuizAttempts"] = "in the export of a person", ["CourseSites"] = "follows from the pages of sites",
        ["CourseTrainers"] = "follows from the pages of courses", ["Company"] = "names of guests", ["Series"] = "of reservations", ["Handovers"] = "a moment of a reservation", ["RuleBooks"] = "JSON of the API",
        ["MissedBookingFees"] = "in charges once they are charged", ["InvoiceLines"] = "charges", ["InvoiceCounters"] = "the next number", ["LedgerEntries"] = "charges, twice", ["LegalEntities"] = "on invoices",
        ["BudgetNotices"] = "that somebody was told", ["OrganisationInvitations"] = "the organisation's own", ["MachineJobs"] = "files", ["Desks"] = "the state of this moment", ["Bridges"] = "settings of controllers",
        ["MachineCalendars"] = "a counter", ["JournalEntries"] = "what machines said", ["SpoolMarks"] = "what machines said", ["Quarantined"] = "what machines said",
    };

    /// <summary>Secrets, and what only browsers and mails need.</summary>
    private static readonly string[] Secret =
    [
        "AccessTokens", "OrganisationTokens", "BrowserSessions", "SignInLinks", "IdempotentAnswers", "Feeds", "PushSubscriptions", "Pushes", "PushKeys", "LabSecrets", "KioskPins", "KioskGuesses", "Kiosks",
        "DataProtectionKeys", "TariffProofs", "Notices", "Mails", "CalendarEntries", "ReservationChanges",
    ];

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
    public async Task Knows_of_every_table_whether_and_why_it_is_not_exported()
    {
        var exported = new Dictionary<string, string>
        {
            ["AspNetUsers"] = "members", ["SiteMemberships"] = "memberships", ["RoleGrants"] = "roles", ["MachineAuthorisations"] = "authorisations", ["Company"] = "", ["WaitingList"] = "waiting-list",
            ["MaintenanceTasks"] = "maintenance",
        };
        var tables = await Lab.WithDbAsync(db => Task.FromResult(db.Model.GetEntityTypes().Select(type => type.GetTableName()!).Where(name => !name.StartsWith("AspNetUser", StringComparison.Ordinal) || name == "AspNetUsers").Distinct().ToList()));

        Assert.That(tables.Where(table => !Unexported.ContainsKey(table) && !Secret.Contains(table) && !OfSites.Concat(OfMoney).Contains(exported.GetValueOrDefault(table, Kebab(table)))), Is.Empty);

        static string Kebab(string table) => string.Concat(table.Select((letter, at) => at > 0 && char.IsUpper(letter) ? $"-{char.ToLowerInvariant(letter)}" : $"{char.ToLowerInvariant(letter)}"));
    }

    [Test]
    public async Task Has_the_columns_that_the_documentation_lists()
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs/import.md"));
        var listed = text[text.IndexOf("## Exports", StringComparison.Ordinal)..].Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('|'))
            .ToDictionary(cells => cells[1].Trim(' ', '`'), cells => System.Text.RegularExpressions.Regex.Matches(cells[2], "`(\\w+)`").Select(match => match.Groups[1].Value).ToArray());

        Assert.That(listed.Keys, Is.EquivalentTo(OfSites.Concat(OfMoney)));
        foreach (var kind in OfSites.Concat(OfMoney))
        {
            var csv = await ExportAsync(Administrator, $"{kind}.csv");
            Assert.That(csv[..csv.IndexOf('\r', StringComparison.Ordinal)].TrimStart('\uFEFF').Split(','), Is.EqualTo(listed[kind]), kind);
        }
    }

    [Test]
    public async Task Gives_out_no_secret_and_nothing_of_other_sites()
    {
        var (here, elsewhere) = ((await Lab.WithDbAsync(db => db.Users.SingleAsync(user => user.Email == DemoIds.Maker))).Id, await Lab.WithDbAsync(async db =>
        {
            var row = new Fablab.Web.Data.Rows.Account { Id = Guid.CreateVersion7(), UserName = "only-campus@fablab.example", NormalizedUserName = "ONLY-CAMPUS@FABLAB.EXAMPLE", Email = "only-campus@fablab.example", NormalizedEmail = "ONLY-CAMPUS@FABLAB.EXAMPLE", DisplayName = "=cmd", EmailConfirmed = true };
            db.Add(row);
            db.Add(new Fablab.Web.Data.Rows.SiteMembershipRow { Site = DemoIds.Campus, Member = new(row.Id), State = Fablab.Domain.Members.MembershipState.Active, Origin = Fablab.Web.Data.Rows.MembershipOrigin.Registration, Since = Instant.FromUtc(2026, 1, 1, 0, 0) });
            db.Add(new Fablab.Web.Data.Rows.BadgeRow { Id = Guid.CreateVersion7(), Member = new(row.Id), Hash = new string('a', 64), Label = "=elsewhere", By = new(row.Id), At = Instant.FromUtc(2026, 1, 1, 0, 0) });
            await db.SaveChangesAsync();
            return row.Id;
        }));
        await Lab.WithDbAsync(db =>
        {
            db.Add(new Fablab.Web.Data.Rows.BadgeRow { Id = Guid.CreateVersion7(), Member = new(here), Hash = new string('b', 64), Label = "=here", By = new(here), At = Instant.FromUtc(2026, 1, 1, 0, 0) });
            return db.SaveChangesAsync();
        });

        var (badges, all) = (await ExportAsync(Manager, "badges.csv"), await ExportAsync(Administrator, "badges.csv"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(badges, Does.Contain(",'=here,").And.Not.Contain("elsewhere").And.Not.Contain(new string('b', 64)));
            Assert.That(all, Does.Contain(",'=here,").And.Contain(",'=elsewhere,").And.Not.Contain(new string('a', 64)));
            foreach (var kind in OfSites)
            {
                Assert.That(await ExportAsync(Manager, $"{kind}.csv"), Does.Not.Contain("only-campus").And.Not.Contain(elsewhere.ToString()), kind);
            }
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
            Assert.That(projects, Does.Contain("Inspection drone").And.Contain(",50000,month,50,80,100,"));
            Assert.That(await ExportAsync(owner, "organisations.csv"), Does.Contain("Goéland Robotics"));
            Assert.That((await ExportAsync(owner, "organisation-members.csv")).Split("\r\n"), Has.None.Contains(DemoIds.Administrator).And.Some.Contains(DemoIds.Owner));
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
