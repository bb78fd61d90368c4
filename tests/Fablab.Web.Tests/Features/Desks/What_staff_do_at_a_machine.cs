using System.Net;
using System.Net.Http.Json;
using Fablab.Domain.UsageSessions;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Fablab.Web.Tests.Testing;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Features.Desks;

public class What_staff_do_at_a_machine(StorageProvider provider) : LabTest(provider)
{
    private HttpClient manager = null!;

    [OneTimeSetUp]
    public async Task A_manager() => manager = await Lab.ClientOfAsync(DemoIds.AtelierManager);

    [OneTimeTearDown]
    public void Leaves() => manager.Dispose();

    [Test]
    public async Task Closes_a_session_whose_bridge_is_lost_without_charging_it()
    {
        var bridge = new BridgeSide(Lab);
        var (_, session) = await bridge.BeginUseAsync(Maker);
        await bridge.SendAsync(bridge.Meter(session, 60_000, 60_000));

        using var byMaker = await Maker.PostAsync("/api/v1/machines/printer-1/give-up-session", null);
        using var answer = await manager.PostAsync("/api/v1/machines/printer-1/give-up-session", null);
        using var again = await manager.PostAsync("/api/v1/machines/printer-1/give-up-session", null);

        var id = new UsageSessionId(session);
        var closed = await Lab.WithDbAsync(db => db.UsageSessions.AsNoTracking().SingleAsync(s => s.Id == id));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((byMaker.StatusCode, answer.StatusCode), Is.EqualTo((HttpStatusCode.Forbidden, HttpStatusCode.OK)));
            Assert.That((await JsonOfAsync(again)).GetProperty("code").GetString(), Is.EqualTo("no-session-open"));
            Assert.That((closed.State, closed.ReviewReason, closed.Total.TotalSeconds), Is.EqualTo((UsageSessionState.Closed, "bridge-lost", 60d)));
            Assert.That(await Lab.WithDbAsync(db => db.Charges.AnyAsync(charge => charge.Session == id)), Is.False);
            Assert.That(await Lab.WithDbAsync(db => db.Audit.CountAsync(row => row.Action == "session-given-up")), Is.EqualTo(1));
        }
    }

    [Test]
    public async Task Takes_a_machine_out_of_service_with_a_reason_and_back()
    {
        using var taken = await manager.PostAsJsonAsync("/api/v1/machines/cnc-1/out-of-order", new { isOutOfOrder = true, reason = "belt worn" });
        var during = await Maker.GetStringAsync("/api/v1/machines/cnc-1");
        using var back = await manager.PostAsJsonAsync("/api/v1/machines/cnc-1/out-of-order", new { isOutOfOrder = false, reason = (string?)null });
        var after = await Maker.GetStringAsync("/api/v1/machines/cnc-1");

        using (Assert.EnterMultipleScope())
        {
            Assert.That((taken.StatusCode, back.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.OK)));
            Assert.That(during, Does.Contain("belt worn"));
            Assert.That(after, Does.Not.Contain("belt worn"));
        }
    }

    [Test]
    public async Task Must_keep_the_reason_short()
    {
        using var answer = await manager.PostAsJsonAsync("/api/v1/machines/cnc-1/out-of-order", new { isOutOfOrder = true, reason = new string('x', 201) });

        Assert.That((answer.StatusCode, (await JsonOfAsync(answer)).GetProperty("code").GetString()), Is.EqualTo((HttpStatusCode.BadRequest, "malformed-request")));
    }
}
