using System.Net;
using System.Net.Http.Json;
using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Demo;

namespace Fablab.Web.Tests.Features.People;

public sealed class A_technician(StorageProvider provider) : PeopleTest(provider)
{
    [Test]
    public async Task Keeps_the_machines_of_a_site_alive_and_sees_no_members()
    {
        var (email, id) = await PersonAsync();
        await GrantAsync(id, StaffRole.Technician);
        using var technician = await Lab.ClientOfAsync(email);
        using var maker = await Lab.ClientOfAsync(DemoIds.Maker);

        using var reported = await maker.PostAsJsonAsync("/api/v1/machines/printer-1/faults", new { text = "The belt slips", isDangerous = false });
        using var stopped = await technician.PostAsJsonAsync("/api/v1/machines/printer-1/out-of-order", new { isOutOfOrder = true });
        using var back = await technician.PostAsJsonAsync("/api/v1/machines/printer-1/out-of-order", new { isOutOfOrder = false });
        using var elsewhere = await technician.PostAsJsonAsync("/api/v1/machines/laser-1/out-of-order", new { isOutOfOrder = true });
        using var members = await technician.GetAsync("/api/v1/members");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(reported.StatusCode, Is.EqualTo(HttpStatusCode.Created), await reported.Content.ReadAsStringAsync());
            Assert.That(await technician.GetStringAsync("/api/v1/notices"), Does.Contain("fault-reported"));
            Assert.That((stopped.StatusCode, back.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.OK)), await stopped.Content.ReadAsStringAsync());
            Assert.That((elsewhere.IsSuccessStatusCode, members.StatusCode), Is.EqualTo((false, HttpStatusCode.NotFound)));
        }
    }
}
