using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Trainings;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Demo;
using Fablab.Web.Features.Trainings;
using Fablab.Web.Tests.Testing;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Fablab.Web.Tests.Features.Trainings;

/// <summary>A trainer who teaches milling at the atelier, its manager, and new members for each test.</summary>
public abstract class TrainingTest(StorageProvider provider) : LabTest(provider)
{
    private int people;

    private protected HttpClient Manager { get; private set; } = null!;

    private protected HttpClient Trainer { get; private set; } = null!;

    protected Guid TrainerId { get; private set; }

    /// <summary>An initial course for all mills of the atelier, in full, for twelve months.</summary>
    protected Guid Milling { get; private set; }

    [OneTimeSetUp]
    public async Task People()
    {
        Manager = await Lab.ClientOfAsync(DemoIds.AtelierManager);
        (Trainer, TrainerId) = await PersonAsync();
        await Lab.WithDbAsync(db =>
        {
            db.Add(new RoleGrantRow { Id = Guid.CreateVersion7(), Member = new MemberId(TrainerId), Role = StaffRole.Trainer, Site = DemoIds.Atelier });
            return db.SaveChangesAsync();
        });
        Milling = await CourseAsync(new AuthorisationTerms { Months = 12 });
    }

    [OneTimeTearDown]
    public void Leave()
    {
        Manager?.Dispose();
        Trainer?.Dispose();
    }

    /// <summary>A course for the mill that the trainer teaches.</summary>
    protected async Task<Guid> CourseAsync(AuthorisationTerms terms, AuthorisationLevel level = AuthorisationLevel.Full, string machine = "cnc-1", params SiteId[] recognised)
    {
        var id = new CourseId(Guid.CreateVersion7());
        await Lab.WithDbAsync(db =>
        {
            db.Add(new CourseRow { Id = id, Site = DemoIds.Atelier, Name = new(null, "Milling"), Kind = CourseKind.Initial, Machines = [machine], Categories = [], Terms = terms, Level = level });
            db.AddRange(recognised.Prepend(DemoIds.Atelier).Select(site => new CourseSiteRow { Course = id, Site = site }));
            db.Add(new CourseTrainerRow { Course = id, Trainer = new MemberId(TrainerId) });
            return db.SaveChangesAsync();
        });
        return id.Value;
    }

    private protected async Task<(HttpClient Client, Guid Id)> PersonAsync()
    {
        var (email, id) = ($"learns-{++people}@fablab.example", Guid.CreateVersion7());
        await using (var scope = Lab.Services.CreateAsyncScope())
        {
            var made = await scope.ServiceProvider.GetRequiredService<UserManager<Account>>()
                .CreateAsync(new Account { Id = id, UserName = email, Email = email, DisplayName = $"Learner {people}" });
            Assert.That(made.Succeeded, Is.True, string.Join(", ", made.Errors.Select(error => error.Code)));
        }

        return (await Lab.ClientOfAsync(email), id);
    }

    private protected static Task<HttpResponseMessage> GrantAsync(HttpClient by, object what) => by.PostAsJsonAsync("/api/v1/authorisations", what);

    private protected static async Task GrantedAsync(HttpClient by, object what)
    {
        using var answer = await GrantAsync(by, what);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Created), await answer.Content.ReadAsStringAsync());
    }

    private protected static Task<HttpResponseMessage> SayAsync(HttpClient by, Guid member, string verb, object? what = null, string machine = "cnc-1", string? ifMatch = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/authorisations/{member}/{machine}/{verb}") { Content = JsonContent.Create(what ?? new { reason = "because" }) };
        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        return by.SendAsync(request);
    }

    /// <summary>Codes against a booking of an hour at ten, so many days from now; empty when it could be booked.</summary>
    private protected async Task<string> AgainstAsync(HttpClient who, int days = 3, string machine = "cnc-1", int hour = 10, params Guid[] company)
    {
        var start = new DateTimeOffset(Lab.Clock.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero).AddDays(days).AddHours(hour);
        using var answer = await who.PostAsJsonAsync(
            "/api/v1/reservations/check",
            new { machine, start = start.UtcDateTime, end = start.AddHours(1).UtcDateTime, company = company.Select(id => new { memberId = id }) });
        return string.Join(' ', await ProblemCodesOfAsync(answer));
    }

    private protected static async Task<string?> CodeOfAsync(HttpResponseMessage answer) =>
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).TryGetProperty("code", out var code) ? code.GetString() : null;

    private protected async Task<string[]> NoticesOfAsync(Guid member) =>
        await Lab.WithDbAsync(db => db.Notices.Where(notice => notice.Member == new MemberId(member)).OrderBy(notice => notice.At).ThenBy(notice => notice.Id).Select(notice => notice.Code).ToArrayAsync());

    private protected sealed record SessionBody(
        Guid CourseId, string Site, Guid TrainerId, DateTime Start, DateTime End, int Seats, int MinimumAttendance, long PriceMinor = 0, DateTime? Deadline = null);

    /// <summary>Three hours of milling for four people, two of whom must come.</summary>
    private protected SessionBody Session(DateTimeOffset start) => new(Milling, "atelier", TrainerId, start.UtcDateTime, start.AddHours(3).UtcDateTime, 4, 2);

    private protected async Task<Guid> PlannedAsync(int seats, int minimum = 0, long priceMinor = 0, int days = 10)
    {
        using var answer = await Manager.PostAsJsonAsync(
            "/api/v1/training-sessions", Session(Lab.Clock.GetUtcNow().AddDays(days)) with { Seats = seats, MinimumAttendance = minimum, PriceMinor = priceMinor });
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Created), await answer.Content.ReadAsStringAsync());
        return (await JsonOfAsync(answer)).GetProperty("id").GetGuid();
    }

    /// <param name="verb">enrol or withdraw.</param>
    private protected static async Task<HttpResponseMessage> ActAsync(HttpClient who, Guid session, string verb) =>
        await who.PostAsync($"/api/v1/training-sessions/{session}/{verb}", null);

    private protected Task SweepAsync() => Lab.Services.GetRequiredService<TrainingSweep>().RunAsync(CancellationToken.None);

    private protected Instant Now => Instant.FromDateTimeOffset(Lab.Clock.GetUtcNow());
}
