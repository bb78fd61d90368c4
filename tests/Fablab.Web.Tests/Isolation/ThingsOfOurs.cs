using System.Net.Http.Json;
using System.Text.Json;
using Fablab.Domain.Billing;
using Fablab.Domain.MachineJobs;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Domain.Trainings;
using Fablab.Web.Data;
using Fablab.Web.Data.Mappings;
using Fablab.Web.Data.Rows;
using Fablab.Web.Demo;
using Fablab.Web.Features.Billing.Issuing;
using Fablab.Web.Tests.Testing;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Tests.Isolation;

/// <summary>
/// One of everything that a member, their organisation or their site has, with the ids that addresses name it by. What is new and private
/// comes here; an address that names something else fails the tests that use this.
/// </summary>
internal sealed class ThingsOfOurs
{
    /// <summary>Where the id stands: the segment before it. <c>authorisations</c> are named by their member.</summary>
    private readonly Dictionary<string, string> ids = [];

    /// <summary>What everybody who is signed in may name.</summary>
    private static readonly Dictionary<string, string> Shown = new()
    {
        ["machines"] = "printer-1", ["pools"] = "printers", ["sites"] = "atelier", ["board"] = "printer-1", ["recognition"] = "atelier", ["terms"] = "1", ["authorised"] = "cnc-1", ["openapi"] = "v1", ["register"] = "atelier", ["imports"] = "members", ["tariffs"] = DemoIds.Numbered(64).ToString(), ["devices"] = "plug-cnc-1", ["exports"] = "members", ["export"] = "members", ["with"] = "campus-login", ["sign-in-links"] = "campus-login", ["safety-rules"] = "1", ["consents"] = "nameShown",
        ["courses"] = DemoIds.MillingCourse.ToString(), ["training-sessions"] = DemoIds.MillingSession.ToString(), ["trainings"] = DemoIds.MillingSession.ToString(),
    };

    /// <summary>Opened by the secret in their address and by nothing else.</summary>
    private static readonly string[] Secrets = ["offers", "spending", "reset-password", "confirm-address", "change-address", "undo-address", "bridges/{bridge}", "guardian", "invitation"];

    public const string DesignName = "wing-of-a-secret-drone.gcode";

    /// <summary>What nobody else may read anywhere.</summary>
    public IEnumerable<string> Marks => [.. ids.Values, DesignName, "Inspection drone", DemoIds.Maker];

    /// <summary>What forms name them by.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Fields => [new("reservation", ids["reservations"]), new("invitation", ids["invitations"]), new("act", "approve")];

    /// <summary>What a form says besides, where it would be sent back for want of it before anybody asks who sent it.</summary>
    public IEnumerable<KeyValuePair<string, string>> FieldsOf(string path) => (path switch
    {
        "/import" => [("kind", "members"), ("text", "email,name")],
        "/language" => [("language", "en")],
        "/organisations/new" => [("verify", DemoIds.Startup.ToString()), ("version", "1")],
        "/organisations/{id}/projects" => [("act", "limits"), ("version", "1")],
        "/people/badge" => [("number", "04A2B6C8")],
        "/people/tariff-requests" => [("act", "refuse"), ("request", ids["tariff-requests"]), ("reason", "Said in a test")],
        "/people/{member}/groups" => [("group", DemoIds.Numbered(65).ToString())],
        "/people/{member}/erasure" => [("reason", "Said in a test"), ("sure", "yes")],
        "/people/{member}/reset-factors" => [("sure", "yes")],
        "/people/{member}/roles" => [("role", "Trainer"), ("site", "atelier")],
        "/people/{member}/suspensions" => [("site", "atelier"), ("reason", "Said in a test")],
        "/sites/{code}/courses" => [("course", DemoIds.MillingCourse.ToString()), ("act", "recognise")],
        "/sites/{code}/refunds" => [("refund", DemoIds.Numbered(94).ToString())],
        "/sites/{code}/terms" => [("kind", "Terms"), ("text", "Be careful.")],
        _ => Array.Empty<(string Name, string Value)>(),
    }).Select(field => KeyValuePair.Create(field.Item1, field.Item2));

    /// <summary>Where the clock stands in the next year, which job files on the disk know nothing of.</summary>
    public static LabApp Lab() => new(StorageProvider.Sqlite, new() { ["Privacy:Retention:JobFileDays"] = "3650" });

    public static async Task<ThingsOfOurs> MakeAsync(LabApp lab)
    {
        // Not in the past: a browser's cookies live by the clock of this computer.
        lab.Clock.SetUtcNow(new DateTimeOffset(2027, 3, 1, 8, 0, 0, TimeSpan.Zero));
        var things = new ThingsOfOurs();
        using var maker = await lab.ClientOfAsync(DemoIds.Maker);
        using var owner = await lab.ClientOfAsync(DemoIds.Owner);
        using var manager = await lab.ClientOfAsync(DemoIds.AtelierManager);
        await things.BookAsync(maker);
        await things.WriteAsync(lab, maker);
        things.ids["maintenance-tasks"] = await IdAsync(await manager.PostAsJsonAsync("/api/v1/machines/printer-1/maintenance-tasks", new { title = "Grease the rods", dueAt = "2027-04-01T08:00:00Z" }));
        things.ids["faults"] = await IdAsync(await maker.PostAsJsonAsync("/api/v1/machines/printer-1/faults", new { text = "It squeaks", isDangerous = false }));
        things.ids["organisations"] = DemoIds.Startup.ToString();
        things.ids["projects"] = DemoIds.Drone.ToString();
        things.ids["badges"] = await IdAsync(await manager.PostAsJsonAsync($"/api/v1/members/{things.ids["members"]}/badges", new { number = "04A2B6C8", label = "Blue card" }));
        things.ids["kiosks"] = await IdAsync(await manager.PostAsJsonAsync("/api/v1/sites/atelier/kiosks", new { name = "South door" }));
        things.ids["legal-entities"] = DemoIds.Numbered(41).ToString();
        things.ids["bridges"] = await IdAsync(await manager.PostAsJsonAsync("/api/v1/sites/atelier/bridges", new { code = "ours" }));
        things.ids["visits"] = await IdAsync(await manager.PostAsJsonAsync("/api/v1/sites/atelier/visits", new { memberId = things.ids["members"] }));
        things.ids["feeds"] = await IdAsync(await maker.PostAsJsonAsync("/api/v1/feeds", new { name = "Phone" }));
        things.ids["membership-requests"] = things.ids["members"];
        things.ids["tariff-requests"] = await AskForTariffAsync(maker, await IdAsync(await manager.PostAsJsonAsync("/api/v1/tariff-groups", new { code = "ours", name = "Students", mayBeAskedFor = true })));
        foreach (var kind in new[] { "groups", "roles", "suspensions", "tariff-groups", "push-subscriptions" })
        {
            // Nobody has one here; what is before it in the address is ours.
            things.ids[kind] = Guid.NewGuid().ToString();
        }

        things.ids["requests"] = things.ids["reservations"];
        things.ids["invitations"] = await IdAsync(await owner.PostAsJsonAsync($"/api/v1/organisations/{DemoIds.Startup}/invitations", new { email = "new@fablab.example", role = "member" }));
        things.ids["organisation-invitations"] = things.ids["invitations"];
        things.ids["tokens"] = await IdAsync(await owner.PostAsJsonAsync($"/api/v1/organisations/{DemoIds.Startup}/tokens", new { name = "Accounting" }));
        return things;
    }

    /// <returns>The address with our ids in it; <see langword="null"/> when it names nothing of ours.</returns>
    public string? Address(string pattern) => Fill(pattern, kind => ids.GetValueOrDefault(kind)) is var (address, isOurs) && isOurs ? address : null;

    /// <summary>The same with ids that nobody has.</summary>
    public string AddressOfNothing(string pattern) => Fill(pattern, kind => ids.ContainsKey(kind) ? kind is "certificates" ? "NO-SUCH-CODE" : kind is "invoices" && !pattern.StartsWith("/api", StringComparison.Ordinal) ? "DEMO-2026-999999" : Guid.NewGuid().ToString() : null).Address;

    /// <summary>Parameters that this knows nothing of.</summary>
    public IEnumerable<string> UnknownIn(string pattern) =>
        Parameters(pattern).Where(one => !ids.ContainsKey(one.Kind) && !Shown.ContainsKey(one.Kind) && !IsOpenedBySecret(pattern) && !one.Name.StartsWith("{**", StringComparison.Ordinal))
            .Select(one => one.Name);

    /// <summary>Whoever holds the paper may ask whether it is genuine.</summary>
    public static bool IsOpenedBySecret(string pattern) =>
        pattern is "/certificates/{code}" or "/feeds/{secret}.ics" or "/organisation-invitations/{key}" || Secrets.Any(secret => pattern.Contains($"/{secret}/", StringComparison.Ordinal));

    private (string Address, bool IsOurs) Fill(string pattern, Func<string, string?> ours)
    {
        var (address, isOurs) = (pattern, false);
        foreach (var (kind, name) in Parameters(pattern))
        {
            var id = ours(kind);
            isOurs |= id is not null;
            address = address.Replace(name, id ?? Shown.GetValueOrDefault(kind, "x"), StringComparison.Ordinal);
        }

        foreach (var kind in ids.Keys.Where(kind => address.Contains($"{{{kind}}}", StringComparison.Ordinal)))
        {
            (address, isOurs) = (address.Replace($"{{{kind}}}", ours(kind), StringComparison.Ordinal), true);
        }

        return (address, isOurs);
    }

    private static IEnumerable<(string Kind, string Name)> Parameters(string pattern)
    {
        var segments = pattern.Split('?')[0].Split('/');
        for (var i = 1; i < segments.Length; i++)
        {
            if (segments[i].StartsWith('{'))
            {
                // A second parameter in a row is the machine that a member is authorised for.
                yield return (segments[i - 1].StartsWith('{') ? "authorised" : segments[i - 1], segments[i][..(segments[i].IndexOf('}', StringComparison.Ordinal) + 1)]);
            }
        }
    }

    private async Task BookAsync(HttpClient maker)
    {
        ids["reservations"] = await IdAsync(await maker.PostAsJsonAsync(
            "/api/v1/reservations", new { machine = "printer-1", start = "2027-03-10T09:00:00Z", end = "2027-03-10T10:00:00Z", projectId = DemoIds.Drone.Value }));
        var given = await IdAsync(await maker.PostAsJsonAsync("/api/v1/reservations", new { machine = "printer-2", start = "2027-03-11T09:00:00Z", end = "2027-03-11T10:00:00Z" }));
        ids["handovers"] = await IdAsync(await maker.PostAsJsonAsync($"/api/v1/reservations/{given}/transfer", new { toEmail = DemoIds.Owner }));
        ids["waiting-list"] = await IdAsync(await maker.PostAsJsonAsync(
            "/api/v1/waiting-list", new { machine = "printer-1", windowStart = "2027-03-10T09:00:00Z", windowEnd = "2027-03-10T10:00:00Z", seconds = 3600 }));
        ids["reservation-series"] = await IdAsync(await maker.PostAsJsonAsync(
            "/api/v1/reservation-series",
            new { machine = "printer-2", firstStart = "2027-03-16T09:00:00", seconds = 1800, recurrence = new { kind = "daily", count = 2 } }));
        ids["reservation-bundles"] = await IdAsync(await maker.PostAsJsonAsync("/api/v1/reservation-bundles", new
        {
            parts = new[]
            {
                new { machine = "printer-1", start = "2027-03-18T09:00:00Z", end = "2027-03-18T10:00:00Z" },
                new { machine = "printer-2", start = "2027-03-18T09:00:00Z", end = "2027-03-18T10:00:00Z" },
            },
        }));
    }

    private async Task WriteAsync(LabApp lab, HttpClient maker)
    {
        var me = (await maker.GetFromJsonAsync<JsonElement>("/api/v1/members/me")).GetProperty("id").GetGuid();
        var (reservation, job) = (new ReservationId(Guid.Parse(ids["reservations"])), new MachineJobId(Guid.CreateVersion7()));
        var (session, invoice, refund, now) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), Instant.FromUtc(2027, 3, 1, 8, 0));
        ids["authorisations"] = me.ToString();
        ids["members"] = me.ToString();
        ids["people"] = me.ToString();
        ids["enrolments"] = me.ToString();
        ids["attendance"] = me.ToString();
        ids["browser-sessions"] = session.ToString();
        ids["certificates"] = "OURS-2026-0001";
        ids["access-tokens"] = (await maker.GetFromJsonAsync<JsonElement>("/api/v1/access-tokens"))[0].GetProperty("id").GetString()!;
        await lab.WithDbAsync(async db =>
        {
            // Of one site only, so that the other's manager has nothing to do with them.
            var member = new MemberId(me);
            await db.SiteMemberships.Where(row => row.Member == member && row.Site == DemoIds.Campus).ExecuteDeleteAsync();
            var entity = await db.LegalEntities.Select(row => row.Id).FirstAsync();
            db.Add(new MachineJob
            {
                Id = job, Member = member, Machine = DemoIds.Printer1, FileName = DesignName, Sha256 = new string('0', 64), Bytes = 1, State = MachineJobState.Waiting, Intent = JobIntent.Run,
            });
            db.Add(new BrowserSessionRow
            {
                Id = session, Member = new MemberId(me), Browser = "A phone", StartedAt = now, ConfirmedAt = now, ExpiresAt = now + Duration.FromDays(1), IsStrong = false,
            });
            db.Add(new CertificateRow
            {
                Code = "OURS-2026-0001", Session = DemoIds.MillingSession, Member = new MemberId(me), IssuedAt = now, MemberName = "Malo", CourseName = new(null, "Milling"), SiteName = "Here",
                TrainerName = "Tess", TrainedOn = new LocalDate(2027, 3, 1), WithQuiz = false,
            });
            db.Add(new EnrolmentRow { Session = DemoIds.MillingSession, Member = member, State = EnrolmentState.Withdrawn, JoinedAt = now, Price = new Money(3500, "EUR"), RefundDueAt = now });
            db.Add(new TrainingRefundRow
            {
                Id = new TrainingRefundId(refund), Session = DemoIds.MillingSession, Member = member, Amount = new Money(3500, "EUR"), Cause = RefundCause.WithdrawnInTime, DueAt = now,
            });
            db.Add(new InvoiceRow
            {
                Id = new InvoiceId(invoice), Number = "OURS-2026-000001", LegalEntity = entity, Organisation = DemoIds.Startup, Period = new LocalDate(2027, 2, 1),
                IssuedOn = new LocalDate(2027, 3, 1), DueOn = new LocalDate(2027, 3, 31), IssuedAt = now, Net = new Money(1000, "EUR"), Gross = new Money(1200, "EUR"),
                Document = JsonSerializer.Serialize(Document, Conversions.Json), ChainHash = new string('0', 64),
            });
            await db.SaveChangesAsync();
            return await db.Reservations.Where(row => row.Id == reservation).ExecuteUpdateAsync(set => set.SetProperty(row => row.Job, (MachineJobId?)job));
        });
        ids["invoices"] = invoice.ToString();
        ids["training-refunds"] = refund.ToString();
        ids["jobs"] = job.ToString();
    }

    private static InvoiceDocument Document { get; } = new()
    {
        Number = "OURS-2026-000001", IssuedOn = new LocalDate(2027, 3, 1), DueOn = new LocalDate(2027, 3, 31), PeriodStart = new LocalDate(2027, 2, 1), PeriodEnd = new LocalDate(2027, 2, 28),
        Seller = new InvoiceParty("Lab", "SAS", "1 rue", "732829320", "FR44732829320"), SellerIban = "FR7630006000011234567890189",
        Buyer = new InvoiceParty("Start-up", null, "2 rue", null, null), Lines = [],
        Totals = new InvoiceTotals(new Money(1000, "EUR"), [new VatGroup(2000, new Money(1000, "EUR"), new Money(200, "EUR"))], new Money(1200, "EUR")),
    };

    private static async Task<string> AskForTariffAsync(HttpClient maker, string group)
    {
        using var form = new MultipartFormDataContent { { new StringContent(group), "group" }, { new ByteArrayContent("%PDF-1.7"u8.ToArray()), "file", "card.pdf" } };
        return await IdAsync(await maker.PostAsync(new Uri("/api/v1/me/tariff-requests", UriKind.Relative), form));
    }

    private static async Task<string> IdAsync(HttpResponseMessage answer)
    {
        using (answer)
        {
            var text = await answer.Content.ReadAsStringAsync();
            Assert.That(answer.IsSuccessStatusCode, Is.True, $"{answer.RequestMessage!.RequestUri}: {text}");
            return JsonDocument.Parse(text).RootElement.GetProperty("id").GetString()!;
        }
    }
}
