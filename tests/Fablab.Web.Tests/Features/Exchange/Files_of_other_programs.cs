using Fablab.Web.Data;
using Fablab.Web.Tests.Testing;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Features.Exchange;

/// <summary>Made-up files as Fab-manager, NEMO and LibreBooking write them, imported as docs/import.md says.</summary>
public sealed class Files_of_other_programs(StorageProvider provider) : ExchangeTest(provider)
{
    [Test]
    public async Task Of_Fab_manager_bring_its_members()
    {
        var members = await ImportAsync(Administrator, "members", Sample("fab-manager-members"), "?site=atelier");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(RowsOf(members), Is.EqualTo(["create", "create"]));
            Assert.That(await NameOfAsync("elodie@fabmanager.example"), Is.EqualTo("Élodie Exemple"));
            Assert.That(await Lab.WithDbAsync(db => db.ExternalIds.Where(row => row.External == "12" || row.External == "C-77").CountAsync()), Is.EqualTo(2));
        }
    }

    [Test]
    public async Task Of_NEMO_bring_users_qualifications_and_reservations()
    {
        var users = await ImportAsync(Administrator, "members", Sample("nemo-users"), "?site=campus");
        var qualifications = await ImportAsync(Administrator, "authorisations", Sample("nemo-qualifications"));
        var reservations = await ImportAsync(Administrator, "reservations", Sample("nemo-reservations"));

        Assert.That(
            (RowsOf(users), RowsOf(qualifications), RowsOf(reservations)),
            Is.EqualTo((new[] { "create", "create" }, new[] { "create", "create" }, new[] { "create", "create" })));
    }

    [Test]
    public async Task Of_LibreBooking_bring_users_resources_and_reservations()
    {
        var users = await ImportAsync(Administrator, "members", Sample("librebooking-users"), "?site=atelier");
        var resources = await ImportAsync(Administrator, "machines", Sample("librebooking-resources"), "?site=atelier&tariff=Meeting%20room");
        var reservations = await ImportAsync(Manager, "reservations", Sample("librebooking-reservations"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That((RowsOf(users)[0], RowsOf(resources)[0], RowsOf(reservations)[0]), Is.EqualTo(("create", "create", "create")));
            Assert.That(await NameOfAsync("lou@librebooking.example"), Is.EqualTo("Lou Library"));
        }
    }

    private Task<string> NameOfAsync(string email) => Lab.WithDbAsync(db => db.Users.Where(user => user.Email == email).Select(user => user.DisplayName).SingleAsync());

    private static string Sample(string name) =>
        File.ReadAllText(Path.Combine(Repository.Root, "tests", "Fablab.Web.Tests", "Features", "Exchange", $"{name}.csv"));
}
