using System.Net;
using System.Net.Http.Json;
using Fablab.Web.Data;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Tests.Features.People;

public sealed class A_birth_date(StorageProvider provider) : PeopleTest(provider)
{
    [Test]
    public async Task Is_put_right_by_managers_of_a_site_of_the_member_and_by_nobody_else()
    {
        var (email, id) = await PersonAsync();
        using var member = await Lab.ClientOfAsync(email);

        using var own = await CorrectAsync(member, id, "1990-05-17");
        using var desk = await CorrectAsync(FrontDesk, id, "1990-05-17");
        using var elsewhere = await CorrectAsync(Elsewhere, id, "1990-05-17");
        using var future = await CorrectAsync(Manager, id, "2190-05-17");
        using var corrected = await CorrectAsync(Manager, id, "1990-05-17");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(new[] { own, desk, elsewhere }.Select(answer => answer.StatusCode), Is.All.EqualTo(HttpStatusCode.NotFound));
            Assert.That(await future.Content.ReadAsStringAsync(), Does.Contain("birth-date-invalid"));
            Assert.That(corrected.StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
            Assert.That(await member.GetStringAsync("/api/v1/members/me/profile"), Does.Contain("1990-05-17"));
        }
    }

    [Test]
    public async Task Makes_a_minor_older_only_by_the_hand_of_staff()
    {
        var (email, id) = await PersonAsync();
        await Lab.WithDbAsync(db => db.Users.Where(user => user.Id == id).ExecuteUpdateAsync(set => set.SetProperty(user => user.BirthDate, new LocalDate(2012, 5, 17))));
        using var member = await Lab.ClientOfAsync(email);

        using var typed = await member.PutAsJsonAsync("/api/v1/members/me/profile", new { displayName = "Jo", birthDate = "2002-05-17" });
        using var corrected = await CorrectAsync(Manager, id, "2002-05-17");

        Assert.That((typed.StatusCode, corrected.StatusCode), Is.EqualTo((HttpStatusCode.UnprocessableEntity, HttpStatusCode.NoContent)));
    }

    private static Task<HttpResponseMessage> CorrectAsync(HttpClient by, Guid member, string birthDate) =>
        by.PutAsJsonAsync($"/api/v1/members/{member}/birth-date", new { birthDate });
}
