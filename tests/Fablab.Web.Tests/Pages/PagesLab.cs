using System.Net;
using System.Text.Json;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Fablab.Web.Data;
using Fablab.Web.Data.Mappings;
using Fablab.Web.Data.Rows;
using Fablab.Web.Demo;
using Fablab.Web.Features.Reservations.Rules;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using NodaTime;

namespace Fablab.Web.Tests.Pages;

/// <summary>The real program with the demo lab and no machines, on a Monday morning.</summary>
internal sealed class PagesLab(bool hasDemo = true, Dictionary<string, string>? settings = null) : WebApplicationFactory<FablabDb>
{
    private readonly string folder = Directory.CreateTempSubdirectory("fablab-pages-").FullName;

    // Not in the past: the client's cookies live by the clock of this computer.
    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2027, 3, 1, 8, 0, 0, TimeSpan.Zero));

    /// <summary>A browser without script, in a language; signed in when somebody is named.</summary>
    public Task<Browser> OpenAsync(string language, string? email = null) =>
        Browser.OpenAsync(CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = true }), language, email);

    /// <summary>Work on the database as one request would do it.</summary>
    public async Task<T> WithDbAsync<T>(Func<FablabDb, Task<T>> work)
    {
        await using var scope = Services.CreateAsyncScope();
        return await work(scope.ServiceProvider.GetRequiredService<FablabDb>());
    }

    /// <summary>Writes the next version of a site's booking rules.</summary>
    public async Task SetRulesAsync(string site, string rules)
    {
        await using var scope = Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<FablabDb>();
        var id = await db.Sites.Where(row => row.Code == site).Select(row => row.Id).SingleAsync();
        if (!EditRules.Parse(JsonDocument.Parse(rules).RootElement).TryGet(out var parsed, out var refusal))
        {
            throw new ArgumentException(refusal.ToString(), nameof(rules));
        }

        db.Add(new RuleBookRow
        {
            Id = Guid.CreateVersion7(),
            Site = id,
            Version = 1 + await db.RuleBooks.CountAsync(book => book.Site == id),
            Rules = RuleJson.Write(parsed),
            Note = "for a test",
            By = new(DemoIds.Numbered(73)),
            At = Instant.FromDateTimeOffset(Clock.GetUtcNow()),
        });
        await db.SaveChangesAsync();
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Testing");
        builder.UseSetting("Storage:DataFolder", folder);
        builder.UseSetting("SignIn:AttemptsPerMinute", "1000");
        builder.UseSetting("Broker:Port", "0");
        builder.UseSetting("Demo:Enabled", hasDemo ? "true" : "false");
        builder.UseSetting("Demo:HostsMachines", "false");
        builder.UseSetting("Demo:HostsBridges", "false");
        foreach (var (name, value) in settings ?? [])
        {
            builder.UseSetting(name, value);
        }

        builder.ConfigureLogging(logs => logs.ClearProviders());
        builder.ConfigureTestServices(services =>
        {
            services.AddSingleton<TimeProvider>(Clock);

            // Slow hashes are for attackers; here they would only be slow.
            services.Configure<PasswordHasherOptions>(hasher => hasher.IterationCount = 1000);
        });
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        if (disposing && Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}

/// <summary>Reads pages and sends their forms as they are, like a browser whose script is off.</summary>
internal sealed class Browser : IDisposable
{
    private readonly HttpClient client;

    private Browser(HttpClient client, string language)
    {
        this.client = client;
        client.DefaultRequestHeaders.Add("Accept", "text/html");
        client.DefaultRequestHeaders.Add("Accept-Language", language);
    }

    public HttpClient Client => client;

    public IHtmlDocument Page { get; private set; } = null!;

    public HttpStatusCode Status { get; private set; }

    public string Address { get; private set; } = "/";

    /// <summary>With common spaces for the ones that do not break.</summary>
    public string Text => Page.QuerySelector("main")!.TextContent.Replace('\u00a0', ' ');

    /// <summary>Signed in when somebody is named.</summary>
    public static async Task<Browser> OpenAsync(HttpClient client, string language, string? email)
    {
        var browser = new Browser(client, language);
        if (email is not null)
        {
            await browser.GoAsync("/sign-in");
            await browser.SendAsync("form[action='/sign-in']", new() { ["email"] = email, ["password"] = DemoIds.Password });
        }

        return browser;
    }

    /// <summary>Shows a page that was left, as it was, without asking for it again.</summary>
    public void GoBackTo(IHtmlDocument left) => Page = left;

    public async Task GoAsync(string address) => await TakeAsync(await client.GetAsync(new Uri(address, UriKind.Relative)));

    /// <param name="form">Selector of the form; its fields are sent as they stand, but for what is typed.</param>
    /// <param name="button">Selector of the button that is pressed, which sends its own name and value.</param>
    public async Task SendAsync(string form, Dictionary<string, string>? typed = null, string? button = null, (string Name, string FileName, Stream Content)? file = null)
    {
        var element = Page.QuerySelector<IHtmlFormElement>(form) ?? throw new InvalidOperationException($"There is no form {form} on {Address}.");
        var fields = FieldsOf(element);
        foreach (var (name, value) in typed ?? [])
        {
            Assert.That(element.Elements.Any(field => field.GetAttribute("name") == name), $"{Address} has no field {name}");
            fields[name] = value;
        }

        if (button is not null)
        {
            var pressed = Page.QuerySelector<IHtmlButtonElement>(button) ?? throw new InvalidOperationException($"There is no button {button} on {Address}.");
            fields[pressed.Name!] = pressed.Value;
        }

        using var content = Content(element, fields, file);
        await TakeAsync(await client.PostAsync(new Uri(element.GetAttribute("action") ?? Address, UriKind.Relative), content));
    }

    public void Dispose() => client.Dispose();

    private static Dictionary<string, string> FieldsOf(IHtmlFormElement form)
    {
        var fields = new Dictionary<string, string>();
        foreach (var field in form.Elements.Where(field => field.GetAttribute("name") is { Length: > 0 }))
        {
            switch (field)
            {
                case IHtmlInputElement { Type: "file" or "submit" }:
                    break;
                case IHtmlInputElement { Type: "checkbox" or "radio", IsChecked: false }:
                    break;
                case IHtmlInputElement input:
                    fields[input.Name!] = input.Value;
                    break;
                case IHtmlTextAreaElement text:
                    fields[text.Name!] = text.Value;
                    break;
                case IHtmlSelectElement select:
                    fields[select.Name!] = select.Value ?? "";
                    break;
            }
        }

        return fields;
    }

    private static HttpContent Content(IHtmlFormElement form, Dictionary<string, string> fields, (string Name, string FileName, Stream Content)? file)
    {
        if (form.Enctype != "multipart/form-data")
        {
            return new FormUrlEncodedContent(fields);
        }

        var content = new MultipartFormDataContent();
        foreach (var (name, value) in fields)
        {
            content.Add(new StringContent(value), name);
        }

        if (file is { } sent)
        {
            content.Add(new StreamContent(sent.Content), sent.Name, sent.FileName);
        }

        return content;
    }

    private async Task TakeAsync(HttpResponseMessage answer)
    {
        (Status, Address) = (answer.StatusCode, answer.RequestMessage!.RequestUri!.PathAndQuery);
        Page = await new HtmlParser().ParseDocumentAsync(await answer.Content.ReadAsStreamAsync());
    }
}
