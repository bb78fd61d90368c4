using Fablab.Domain.Machines;
using Fablab.Web.Data;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Features.Exchange;

public sealed class Importing_machines(StorageProvider provider) : ExchangeTest(provider)
{
    [Test]
    public async Task Makes_what_is_new_and_leaves_what_is_the_same()
    {
        const string File = """
            code;name;site;category;tariff;hazardClass;maximumMinutes
            saw-1;Scie à ruban;atelier;other;CNC milling;H;120
            bench-1;Établi;atelier;bench;Meeting room;L;480
            """;

        var first = await ImportAsync(Administrator, "machines", File);
        var second = await ImportAsync(Administrator, "machines", File);

        var saw = await Lab.WithDbAsync(db => db.Machines.SingleAsync(machine => machine.Code == "saw-1"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(RowsOf(first), Is.EqualTo(["create", "create"]));
            Assert.That(RowsOf(second), Is.EqualTo(["unchanged", "unchanged"]));
            Assert.That((saw.Name, saw.Policy.HazardClass, saw.Policy.MaximumLength.TotalMinutes), Is.EqualTo(("Scie à ruban", HazardClass.H, 120d)));
            Assert.That(await Lab.WithDbAsync(db => db.Desks.AnyAsync(desk => desk.Machine == saw.Id)), Is.True);
        }
    }

    [Test]
    public async Task Takes_a_machine_of_which_nothing_is_said_for_a_dangerous_one()
    {
        await ImportAsync(Administrator, "machines", "name\nPresse à injecter\n", "?site=campus&tariff=Laser%20cutting");

        var press = await Lab.WithDbAsync(db => db.Machines.SingleAsync(machine => machine.Code == "presse-a-injecter"));
        Assert.That((press.Policy.HazardClass, press.Policy.RequiresAuthorisation), Is.EqualTo((HazardClass.H, true)));
    }

    [Test]
    public async Task Changes_only_what_the_file_says()
    {
        await ImportAsync(Administrator, "machines", "code,name,site,tariff,hazardClass,graceMinutes\nkiln-1,Kiln,campus,Laser cutting,R,20\n");

        var changed = await ImportAsync(Administrator, "machines", "code,name,graceMinutes,hazardClass\nkiln-1,,30,\n");

        var kiln = await Lab.WithDbAsync(db => db.Machines.SingleAsync(machine => machine.Code == "kiln-1"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(RowsOf(changed), Is.EqualTo(["update"]));
            Assert.That((kiln.Name, kiln.Policy.HazardClass, kiln.Policy.Grace.TotalMinutes), Is.EqualTo(("Kiln", HazardClass.R, 30d)));
        }
    }

    [Test]
    public async Task Says_of_every_cell_what_is_wrong_with_it()
    {
        var told = await TryAsync(Administrator, "machines", "code,name,site,tariff,category,minimumMinutes\nBAD CODE,X,atelier,CNC milling,,\nx-1,X,nowhere,Free,rocket,-5\nlaser-1,,atelier,,,\nx-2,,,,,\n");

        Assert.That(RowsOf(told), Is.EqualTo(
        [
            "refused not-a-code", "refused site-unknown tariff-unknown not-one-of not-a-number", "refused site-differs", "refused value-missing value-missing value-missing",
        ]));
    }
}
