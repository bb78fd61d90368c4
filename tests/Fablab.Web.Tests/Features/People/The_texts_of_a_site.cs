using System.Net;
using System.Net.Http.Json;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Features.People;

public sealed class The_texts_of_a_site(StorageProvider provider) : PeopleTest(provider)
{
    [TestCase("terms", "site-terms-not-accepted")]
    [TestCase("safety-rules", "safety-rules-not-accepted")]
    public async Task Ask_everybody_again_with_each_version(string text, string problem)
    {
        var (email, _) = await PersonAsync();
        using var member = await Lab.ClientOfAsync(email);
        var before = await ProblemsAsync(member);

        using var first = await PublishAsync(Manager, text, "Leave it cleaner than it was.", "\"0\"");
        var unread = await ProblemsAsync(member);
        using var accepted = await AcceptAsync(member, text, 1);
        using var twice = await AcceptAsync(member, text, 1);
        var afterwards = await ProblemsAsync(member);
        using var stale = await PublishAsync(Manager, text, "Other words", "\"0\"");
        using var second = await PublishAsync(Manager, text, "Leave it much cleaner.", "\"1\"");
        using var old = await AcceptAsync(member, text, 1);
        var again = await ProblemsAsync(member);
        var read = await member.GetStringAsync($"/api/v1/sites/atelier/{text}");

        using (Assert.EnterMultipleScope())
        {
            Assert.That((first.StatusCode, accepted.StatusCode, twice.StatusCode, stale.StatusCode, second.StatusCode, old.StatusCode), Is.EqualTo((
                HttpStatusCode.OK, HttpStatusCode.NoContent, HttpStatusCode.NoContent, HttpStatusCode.PreconditionFailed, HttpStatusCode.OK, HttpStatusCode.PreconditionFailed)));
            Assert.That((before.Contains(problem), unread.Contains(problem), afterwards.Contains(problem), again.Contains(problem)), Is.EqualTo((false, true, false, true)));
            Assert.That(read, Does.Contain("much cleaner").And.Contain("\"isAccepted\":false"));
            Assert.That(async () => await Lab.WithDbAsync(db => db.SiteTexts.ExecuteDeleteAsync()), Throws.Exception, "versions are append-only");
        }
    }

    [Test]
    public async Task Are_published_by_managers_of_the_site_alone()
    {
        using var elsewhere = await PublishAsync(Elsewhere, "terms", "Ours", null);
        using var desk = await PublishAsync(FrontDesk, "terms", "Ours", null);
        using var maker = await PublishAsync(Maker, "safety-rules", "Ours", null);

        Assert.That(new[] { elsewhere, desk, maker }.Select(answer => answer.StatusCode), Is.All.EqualTo(HttpStatusCode.NotFound));
    }

    [TearDown]
    public Task Without_texts() => Lab.WithDbAsync(db => db.Sites.Where(site => site.Id == DemoIds.Atelier)
        .ExecuteUpdateAsync(set => set.SetProperty(site => site.TermsVersion, 0).SetProperty(site => site.SafetyVersion, 0)));

    private static Task<HttpResponseMessage> PublishAsync(HttpClient by, string which, string text, string? tag)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, $"/api/v1/sites/atelier/{which}") { Content = JsonContent.Create(new { text }) };
        if (tag is not null)
        {
            request.Headers.Add("If-Match", tag);
        }

        return by.SendAsync(request);
    }

    private static Task<HttpResponseMessage> AcceptAsync(HttpClient by, string which, int version) =>
        by.PostAsync(new Uri($"/api/v1/sites/atelier/{which}/{version}/accept", UriKind.Relative), null);
}
