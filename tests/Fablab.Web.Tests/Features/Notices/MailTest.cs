using System.Net.Http.Json;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Demo;
using Fablab.Web.Features.Notices;
using Fablab.Web.Features.Notices.Mailing;
using Fablab.Web.Tests.Testing;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Fablab.Web.Tests.Features.Notices;

/// <summary>The lab with a mail server beside it.</summary>
[TestFixture(StorageProvider.Sqlite)]
[TestFixture(StorageProvider.Postgres)]
public abstract class MailTest(StorageProvider provider)
{
    private protected LabApp Lab { get; private set; } = null!;

    private protected MailServer Mail { get; private set; } = null!;

    private int people;

    private protected BrokenPost Post { get; } = new();

    [OneTimeSetUp]
    public void Open_the_lab()
    {
        Mail = new MailServer();
        // Not in the past: a browser's cookies live by the clock of this computer.
        Lab = new LabApp(provider, Mail.Settings, change: services =>
        {
            services.AddSingleton<SmtpPost>();
            services.AddSingleton<IMailPost>(found => Post.Over(found.GetRequiredService<SmtpPost>()));
        });
        Lab.Clock.SetUtcNow(new DateTimeOffset(2027, 3, 1, 8, 0, 0, TimeSpan.Zero));
    }

    [OneTimeTearDown]
    public async Task Close_the_lab()
    {
        await Lab.DisposeAsync();
        await Mail.DisposeAsync();
    }

    /// <summary>Somebody new, so that no other test's mails are theirs.</summary>
    private protected async Task<string> PersonAsync(string? language = "en", string name = "Nolwenn Newcomer")
    {
        var email = $"person-{++people}@fablab.example";
        await using var scope = Lab.Services.CreateAsyncScope();
        var made = await scope.ServiceProvider.GetRequiredService<UserManager<Account>>()
            .CreateAsync(new Account { Id = Guid.CreateVersion7(), UserName = email, Email = email, DisplayName = name, Language = language });
        Assert.That(made.Succeeded, Is.True);
        return email;
    }

    private protected Task SweepAsync() => Lab.Services.GetRequiredService<MailSweep>().RunAsync(CancellationToken.None);

    /// <summary>The program's own sweep runs beside ours, so what is being sent may take a moment.</summary>
    private protected async Task SendAllAsync()
    {
        await SweepAsync();
        Assert.That(() => Lab.WithDbAsync(db => db.Mails.CountAsync(mail => mail.Tries > 0 && mail.EndedAt == null)).Result, Is.Zero.After(20_000, 20));
    }

    /// <summary>Tells somebody something about the first printer.</summary>
    private protected Task TellAsync(string email, string code = "request-approved") => Lab.WithDbAsync(async db =>
    {
        var account = await db.Users.SingleAsync(user => user.Email == email);
        db.Tell(new(account.Id), code, DemoIds.Printer1, Instant.FromUtc(2026, 3, 3, 9, 0), Now);
        return await db.SaveChangesAsync();
    });

    private protected Instant Now => Instant.FromDateTimeOffset(Lab.Clock.GetUtcNow());

    private protected Task<MailState> StateAsync(string email) => Lab.WithDbAsync(db => (
        from mail in db.Mails
        join user in db.Users on (Guid)(object)mail.Member! equals user.Id
        where user.Email == email
        orderby mail.CreatedAt descending
        select mail.State).FirstAsync());

    private protected static async Task<HttpResponseMessage> WantsAsync(HttpClient client, object preferences) =>
        await client.PutAsJsonAsync("/api/v1/members/me/mail", preferences);
}

/// <summary>A way to the mail server that breaks when a test says so.</summary>
internal sealed class BrokenPost : IMailPost
{
    private IMailPost? real;

    /// <summary>The line breaks behind the server's yes, so that we never hear it.</summary>
    public bool LosesTheYes { get; set; }

    /// <summary>Nobody answers.</summary>
    public bool IsDown { get; set; }

    public BrokenPost Over(IMailPost post)
    {
        real = post;
        return this;
    }

    public async Task<IMailRound> OpenAsync(CancellationToken ct) =>
        IsDown ? throw new System.Net.Sockets.SocketException((int)System.Net.Sockets.SocketError.ConnectionRefused) : new Round(await real!.OpenAsync(ct), this);

    private sealed class Round(IMailRound round, BrokenPost post) : IMailRound
    {
        public async Task SendAsync(MimeKit.MimeMessage message, CancellationToken ct)
        {
            await round.SendAsync(message, ct);
            if (post.LosesTheYes)
            {
                post.LosesTheYes = false;
                throw new IOException("The line broke.");
            }
        }

        public ValueTask DisposeAsync() => round.DisposeAsync();
    }
}
