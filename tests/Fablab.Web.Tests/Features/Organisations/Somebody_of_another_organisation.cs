using System.Net;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Fablab.Web.Tests.Testing;

namespace Fablab.Web.Tests.Features.Organisations;

public sealed class Somebody_of_another_organisation(StorageProvider provider) : LabTest(provider)
{
    [TestCase("")]
    [TestCase("/charges")]
    [TestCase("/invoices")]
    public async Task Finds_nothing_where_the_organisation_is(string what)
    {
        var path = $"/api/v1/organisations/{DemoIds.Startup}{what}";
        using var stranger = await Lab.ClientOfAsync(DemoIds.SecondMaker);
        using var owner = await Lab.ClientOfAsync(DemoIds.Owner);

        using var forStranger = await stranger.GetAsync(path);
        using var forOwner = await owner.GetAsync(path);
        using var forNothing = await stranger.GetAsync($"/api/v1/organisations/{Guid.NewGuid()}{what}");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(forOwner.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(forStranger.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
            Assert.That(forNothing.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
            Assert.That(Facts(await forStranger.Content.ReadAsStringAsync()), Is.EqualTo(Facts(await forNothing.Content.ReadAsStringAsync())), "the two cannot be told apart");
        }
    }

    [Test]
    public async Task Sees_none_of_its_projects()
    {
        using var stranger = await Lab.ClientOfAsync(DemoIds.SecondMaker);

        Assert.That(await stranger.GetStringAsync("/api/v1/projects"), Is.EqualTo("[]"));
        Assert.That(await Maker.GetStringAsync("/api/v1/projects"), Does.Contain("Inspection drone"));
    }

    [Test]
    public async Task A_plain_member_sees_projects_but_no_money()
    {
        using var organisation = await Maker.GetAsync($"/api/v1/organisations/{DemoIds.Startup}");
        using var charges = await Maker.GetAsync($"/api/v1/organisations/{DemoIds.Startup}/charges");

        Assert.That(organisation.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(charges.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    private static string Facts(string problem) => problem[..problem.IndexOf("\"traceId\"", StringComparison.Ordinal)];
}
