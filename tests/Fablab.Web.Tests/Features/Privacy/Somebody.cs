using System.Net.Http.Json;
using System.Text.Json;
using Fablab.Domain.Billing;
using Fablab.Domain.MachineJobs;
using Fablab.Domain.Members;
using Fablab.Domain.Privacy;
using Fablab.Domain.Trainings;
using Fablab.Web.Data.Mappings;
using Fablab.Web.Data.Rows;
using Fablab.Web.Demo;
using Fablab.Web.Features.Billing.Issuing;
using Fablab.Web.Features.MachineJobs;
using Fablab.Web.Tests.Testing;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Fablab.Web.Tests.Features.Privacy;

/// <summary>A member who has used everything, with words in each place that takes words; all of them hold one of the marks.</summary>
internal sealed class Somebody
{
    public const string Name = "Zephyrine Quatremere";
    public const string Email = "zephyrine@quatremere.example";
    public const string Phone = "+33 6 99 88 77 66";
    public const string Password = "la mouette vole bas ce soir";
    public const string InvoiceNumber = "ZQ-2026-000001";

    /// <summary>None of them is anywhere else.</summary>
    public static readonly string[] Marks = ["quatremere", "zephyrine", "99 88 77 66"];

    private static readonly string Digest = new('9', 64);

    private Guid Consent { get; } = Guid.CreateVersion7();

    private readonly LabApp lab;

    private Somebody(LabApp lab) => this.lab = lab;

    public MemberId Id { get; } = new(Guid.CreateVersion7());

    public string JobFile => lab.Services.GetRequiredService<JobFiles>().PathOf(Digest);

    /// <summary>Acts as them.</summary>
    public HttpClient Client { get; private set; } = null!;

    private Instant Now => Instant.FromDateTimeOffset(lab.Clock.GetUtcNow());

    public static async Task<Somebody> MakeAsync(LabApp lab)
    {
        var one = new Somebody(lab);
        await one.RegisterAsync();
        one.Client = await lab.ClientOfAsync(Email);
        await one.BookAsync();
        await one.WriteAsync();
        await File.WriteAllTextAsync(one.JobFile, "; made by zephyrine");
        return one;
    }

    private async Task RegisterAsync()
    {
        await using var scope = lab.Services.CreateAsyncScope();
        var accounts = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
        var made = await accounts.CreateAsync(
            new Account
            {
                Id = Id.Value, UserName = Email, Email = Email, DisplayName = Name, EmailConfirmed = true, PhoneNumber = Phone, InvoiceAddress = $"{Name}\n1 rue Haute",
                BirthDate = new LocalDate(1990, 5, 17), GuardianName = "Ignace Quatremere", GuardianEmail = "ignace@quatremere.example", Language = "fr",
            },
            Password);
        Assert.That(made.Succeeded, Is.True);
        await lab.WithDbAsync(db =>
        {
            db.Add(new SiteMembershipRow
            {
                Site = DemoIds.Atelier, Member = Id, State = MembershipState.Active, Origin = MembershipOrigin.Registration, Since = Now, Reason = $"{Name} has been here before",
            });
            return db.SaveChangesAsync();
        });
    }

    private async Task BookAsync()
    {
        foreach (var begin in new[] { "2026-03-03T09:00:00Z", "2026-03-20T09:00:00Z" })
        {
            using var booked = await Client.PostAsJsonAsync("/api/v1/reservations", new
            {
                machine = "printer-1",
                start = begin,
                end = begin.Replace("09:00", "10:00", StringComparison.Ordinal),
                title = $"A vase for {Name}",
            });
            Assert.That(booked.IsSuccessStatusCode, Is.True, await booked.Content.ReadAsStringAsync());
        }

        // Far enough away to be given back.
        var start = Now + Duration.FromDays(20);
        await lab.WithDbAsync(db => db.TrainingSessions.Where(row => row.Id == DemoIds.MillingSession).ExecuteUpdateAsync(set => set
            .SetProperty(row => row.Start, start).SetProperty(row => row.End, start + Duration.FromHours(3)).SetProperty(row => row.Deadline, start).SetProperty(row => row.DueAt, (Instant?)null)));
        using var wish = await Client.PostAsJsonAsync(
            "/api/v1/waiting-list", new { machine = "printer-1", windowStart = "2026-03-20T09:00:00Z", windowEnd = "2026-03-20T10:00:00Z", seconds = 3600 });
        using var seat = await Client.PostAsync(new Uri($"/api/v1/training-sessions/{DemoIds.MillingSession}/enrol", UriKind.Relative), null);
        using var feed = await Client.PostAsJsonAsync("/api/v1/feeds", new { name = $"Phone of {Name}" });
        using var consent = await Client.PutAsJsonAsync("/api/v1/me/consents/nameShown", new { isGiven = true });
        using var repeated = new HttpRequestMessage(HttpMethod.Post, "/api/v1/access-tokens") { Content = JsonContent.Create(new { name = $"Script of {Name}" }) };
        repeated.Headers.Add("Idempotency-Key", "once");
        using var token = await Client.SendAsync(repeated);
        using var fault = await Client.PostAsJsonAsync("/api/v1/machines/printer-2/faults", new { text = "It squeaks", isDangerous = false });
        foreach (var answer in new[] { wish, seat, feed, consent, token, fault })
        {
            Assert.That(answer.IsSuccessStatusCode, Is.True, await answer.Content.ReadAsStringAsync());
        }
    }

    private Task<int> WriteAsync() => lab.WithDbAsync(async db =>
    {
        var (staff, now) = (new MemberId(DemoIds.Numbered(73)), Now);
        var booked = await db.Reservations.Where(row => row.Member == Id).OrderBy(row => row.BookedSlot.Start).Select(row => row.Id).FirstAsync();
        var entity = await db.LegalEntities.Select(row => row.Id).FirstAsync();
        db.AddRange(
            new CompanyRow { Id = Guid.CreateVersion7(), Reservation = booked, GuestName = "Ignace Quatremere" },
            new MemberNoteRow { Id = Guid.CreateVersion7(), Member = Id, Site = DemoIds.Atelier, Text = $"{Name} likes wood", By = staff, At = now },
            new SuspensionRow { Id = Guid.CreateVersion7(), Member = Id, Site = DemoIds.Campus, Reason = $"{Name} left the door open", By = staff, At = now, LiftedAt = now },
            new BadgeRow { Id = Guid.CreateVersion7(), Member = Id, Hash = new string('8', 64), Label = $"Key ring of {Name}", By = staff, At = now },
            new GuardianConsentRow { Id = Consent, Member = Id, GuardianName = "Ignace Quatremere", GuardianEmail = "ignace@quatremere.example", AskedAt = now },
            new SiteInvitationRow
            {
                Id = Guid.CreateVersion7(), Site = DemoIds.Atelier, Email = Email, NormalizedEmail = Email.ToUpperInvariant(), Language = "fr", By = staff, CreatedAt = now,
                ExpiresAt = now + Duration.FromDays(14),
            },
            new OrganisationInvitationRow
            {
                Id = Guid.CreateVersion7(), Organisation = DemoIds.School, Email = Email, Role = OrganisationRole.Member, InvitedBy = staff, InvitedAt = now, ExpiresAt = now + Duration.FromDays(14),
            },
            new OrganisationMemberRow { Organisation = DemoIds.Startup, Member = Id, Role = OrganisationRole.Member },
            new BrowserSessionRow
            {
                Id = Guid.CreateVersion7(), Member = Id, Browser = "Quatremere Browser", StartedAt = now, ConfirmedAt = now, ExpiresAt = now + Duration.FromDays(1), IsStrong = false,
            },
            new SignInLinkRow
            {
                Id = Guid.CreateVersion7(), Member = Id, Provider = "campus", Issuer = "https://login.campus.example", Subject = "zephyrine-1", Shown = Email, LinkedAt = now, LastUsedAt = now,
            },
            new PushSubscriptionRow
            {
                Id = Guid.CreateVersion7(), Member = Id, Session = Guid.CreateVersion7(), Browser = "Quatremere Browser", Endpoint = "https://push.example/zephyrine", EndpointHash = new string('7', 64),
                PublicKey = "x", ProtectedSecret = "x", CreatedAt = now,
            },
            new NoticeRow { Id = Guid.CreateVersion7(), Member = Id, At = now, Code = "suspended", Facts = new Dictionary<string, string> { ["site"] = "Atelier", ["reason"] = $"{Name} was late" } },
            new MailRow
            {
                Id = Guid.CreateVersion7(), Address = "ignace@quatremere.example", Name = "Ignace Quatremere", Code = "guardian-consent", Facts = new Dictionary<string, string> { ["about"] = Name, ["consent"] = Consent.ToString() },
                CreatedAt = now, EndedAt = now, State = MailState.Sent,
            },
            new MailRow
            {
                Id = Guid.CreateVersion7(), Address = Email, Name = Name, Code = "site-invitation", Facts = new Dictionary<string, string>(), CreatedAt = now, EndedAt = now, State = MailState.Sent,
            },
            new ExternalIdRow { Kind = ExternalIdRow.Member, Site = Guid.Empty, External = "zephyrine.quatremere", Target = Id.Value, At = now },
            new AuthorisationFactRow { Member = Id, Machine = DemoIds.Cnc1, Number = 1, Kind = AuthorisationFactKind.Granted, At = now, By = staff, Reason = $"{Name} showed it" },
            new MachineAuthorisationRow { Member = Id, Machine = DemoIds.Cnc1, GrantedAt = now },
            new CertificateRow
            {
                Code = "ZQ-1", Session = DemoIds.MillingSession, Member = Id, IssuedAt = now, MemberName = Name, CourseName = new(null, "Milling"), SiteName = "Atelier", TrainerName = "Tess",
                TrainedOn = new LocalDate(2026, 3, 1), WithQuiz = false,
            },
            new MachineJob
            {
                Id = new MachineJobId(Guid.CreateVersion7()), Member = Id, Machine = DemoIds.Printer1, FileName = "vase-of-zephyrine.gcode", Sha256 = Digest, Bytes = 20,
                State = MachineJobState.Cancelled, Intent = JobIntent.Cancel,
            },
            new IdentityUserPasskey<Guid>
            {
                UserId = Id.Value, CredentialId = [9, 9, 9],
                Data = new IdentityPasskeyData
                {
                    Name = $"Phone of {Name}", PublicKey = [1], CreatedAt = DateTimeOffset.UnixEpoch, SignCount = 1, Transports = [], IsUserVerified = true, IsBackupEligible = false,
                    IsBackedUp = false, AttestationObject = [1], ClientDataJson = [1],
                },
            },
            Invoice(entity, now, new LocalDate(2026, 3, 1)));
        var group = await db.TariffGroups.Select(row => row.Id).FirstOrDefaultAsync();
        if (group == default)
        {
            group = new TariffGroupId(Guid.CreateVersion7());
            db.Add(new TariffGroupRow { Id = group, Code = "zq", Name = "People of the quarter" });
        }

        var request = Guid.CreateVersion7();
        db.Add(new TariffRequestRow { Id = request, Member = Id, Group = group, AskedAt = now, State = TariffRequestState.Refused, DecidedBy = staff, DecidedAt = now, Reason = $"Not the card of {Name}" });
        db.Add(new TariffProofRow { Request = request, Kind = ProofKind.Pdf, Content = System.Text.Encoding.UTF8.GetBytes($"%PDF-1.7 Student card of {Name}") });
        db.Add(new TariffGroupMemberRow { Id = Guid.CreateVersion7(), Group = group, Member = Id, From = now, Proof = $"Card of {Name}", By = staff });
        return await db.SaveChangesAsync();
    });

    public InvoiceRow Invoice(Guid entity, Instant now, LocalDate issuedOn, string number = InvoiceNumber) => new()
    {
        Id = new InvoiceId(Guid.CreateVersion7()), Number = number, LegalEntity = entity, Member = Id, Period = issuedOn, IssuedOn = issuedOn, DueOn = issuedOn, IssuedAt = now,
        Net = new Money(1000, "EUR"), Gross = new Money(1200, "EUR"), ChainHash = new string('0', 64),
        Document = JsonSerializer.Serialize(
            new InvoiceDocument
            {
                Number = number, IssuedOn = issuedOn, DueOn = issuedOn, PeriodStart = issuedOn, PeriodEnd = issuedOn,
                Seller = new InvoiceParty("Lab", "SAS", "1 rue", "732829320", "FR44732829320"), SellerIban = "FR7630006000011234567890189",
                Buyer = new InvoiceParty(Name, null, "1 rue Haute", null, null), Lines = [],
                Totals = new InvoiceTotals(new Money(1000, "EUR"), [new VatGroup(2000, new Money(1000, "EUR"), new Money(200, "EUR"))], new Money(1200, "EUR")),
            },
            Conversions.Json),
    };
}
