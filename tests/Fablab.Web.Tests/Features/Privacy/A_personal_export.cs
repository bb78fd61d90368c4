using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Text.Json;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Fablab.Web.Features.Privacy.Exporting;
using Fablab.Web.Features.Privacy.Personal;
using Fablab.Web.Tests.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Fablab.Web.Tests.Features.Privacy;

[TestFixture(StorageProvider.Sqlite)]
[TestFixture(StorageProvider.Postgres)]
public sealed class A_personal_export(StorageProvider provider)
{
    private LabApp lab = null!;
    private Somebody one = null!;
    private Dictionary<string, string> files = [];

    [OneTimeSetUp]
    public async Task Export_them()
    {
        lab = new LabApp(provider);
        one = await Somebody.MakeAsync(lab);
        files = await WriteAsync("fr-FR");
    }

    [OneTimeTearDown]
    public void Close_the_lab()
    {
        one?.Client.Dispose();
        lab?.Dispose();
    }

    [Test]
    public void Has_a_file_for_each_kind_of_thing_and_says_what_it_is()
    {
        var kinds = PersonalTables.All.Select(table => table.Kind).OfType<string>().ToList();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(files.Keys, Is.SupersetOf(kinds.Select(kind => $"{kind}.json")));
            Assert.That(kinds.Where(kind => !files["LISEZMOI.txt"].Contains($"{kind}.json: ", StringComparison.Ordinal)), Is.Empty);
            Assert.That(files["LISEZMOI.txt"], Does.Contain("Vos données").And.Not.Contain("Kind."));
        }
    }

    [TestCase("profile", "\"displayName\": \"Zephyrine Quatremere\"")]
    [TestCase("profile", "+33 6 99 88 77 66")]
    [TestCase("notes", "likes wood")]
    [TestCase("suspensions", "left the door open")]
    [TestCase("badges", "Key ring")]
    [TestCase("guardian-consents", "Ignace Quatremere")]
    [TestCase("reservations", "A vase for")]
    [TestCase("jobs", "vase-of-zephyrine.gcode")]
    [TestCase("authorisation-history", "showed it")]
    [TestCase("tariff-groups", "Card of")]
    [TestCase("tariff-requests", "Not the card of")]
    [TestCase("notices", "was late")]
    [TestCase("consents", "nameShown")]
    [TestCase("passkeys", "Phone of")]
    [TestCase("waiting-list", "windowStart")]
    [TestCase("trainings", "enrolled")]
    [TestCase("organisations", "member")]
    [TestCase("invoices", "1000")]
    [TestCase("audit", "reservation-booked")]
    [TestCase("faults-reported", "squeaks")]
    [TestCase("calendar-feeds", "Phone of")]
    [TestCase("browser-sessions", "Quatremere Browser")]
    public void Tells(string kind, string what) => Assert.That(files[$"{kind}.json"], Does.Contain(what));

    [Test]
    public void Has_their_files() =>
        Assert.That((files.Any(file => file.Key.StartsWith("jobs/", StringComparison.Ordinal) && file.Value.Contains("zephyrine", StringComparison.Ordinal)),
            files.Any(file => file.Key.StartsWith("proofs/", StringComparison.Ordinal) && file.Key.EndsWith(".pdf", StringComparison.Ordinal) && file.Value.Contains("Student card", StringComparison.Ordinal)),
            files.ContainsKey("certificates/ZQ-1.pdf"), files.ContainsKey($"invoices/{Somebody.InvoiceNumber}.pdf")), Is.EqualTo((true, true, true, true)));

    [Test]
    public void Names_nobody_else()
    {
        var others = files.Where(file => file.Key.EndsWith(".json", StringComparison.Ordinal)).SelectMany(file => People.Where(name => file.Value.Contains(name, StringComparison.Ordinal)).Select(name => $"{file.Key}: {name}"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(others, Is.Empty);
            Assert.That(files["notes.json"], Does.Contain("\"member\": \"me\"").And.Contain("\"by\": \"somebody else\""));
        }
    }

    [Test]
    public void Holds_no_secret_and_no_hash_of_one() => Assert.That(
        files.Where(file => file.Key.EndsWith(".json", StringComparison.Ordinal)).SelectMany(file => Names(JsonDocument.Parse(file.Value).RootElement)).Where(PersonJson.IsWithheld), Is.Empty);

    [Test]
    public async Task Is_given_to_no_access_token()
    {
        using var answer = await one.Client.GetAsync(new Uri("/api/v1/me/export", UriKind.Relative));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
            Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("confirmation-needed"));
        }
    }

    /// <summary>Ids of the staff who wrote things, and the names of people of the demo lab.</summary>
    private static IEnumerable<string> People => [DemoIds.Numbered(73).ToString(), "@fablab.example"];

    private static IEnumerable<string> Names(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().SelectMany(property => Names(property.Value).Prepend(property.Name)),
        JsonValueKind.Array => json.EnumerateArray().SelectMany(Names),
        _ => [],
    };

    private async Task<Dictionary<string, string>> WriteAsync(string language)
    {
        await using var scope = lab.Services.CreateAsyncScope();
        using var bytes = new MemoryStream();
        await scope.ServiceProvider.GetRequiredService<ExportPerson>().WriteAsync(one.Id, CultureInfo.GetCultureInfo(language), bytes, CancellationToken.None);
        using var zip = new ZipArchive(new MemoryStream(bytes.ToArray()));
        var read = new Dictionary<string, string>();
        foreach (var entry in zip.Entries)
        {
            using var text = new StreamReader(await entry.OpenAsync());
            read[entry.FullName] = await text.ReadToEndAsync();
        }

        return read;
    }
}
