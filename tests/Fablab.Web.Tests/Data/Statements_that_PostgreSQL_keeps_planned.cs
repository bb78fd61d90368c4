using Fablab.Web.Data;
using Fablab.Web.Tests.Testing;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Data;

public sealed class Statements_that_PostgreSQL_keeps_planned
{
    private LabApp lab = null!;

    [OneTimeSetUp]
    public void Open_the_lab() => lab = new LabApp(StorageProvider.Postgres);

    [OneTimeTearDown]
    public void Close_the_lab() => lab.Dispose();

    [Test]
    public async Task Are_those_that_come_again_and_again() =>
        Assert.That(await lab.WithDbAsync(async db =>
        {
            await db.Database.OpenConnectionAsync();   // the same one for all of it
            for (var i = 0; i < 10; i++)
            {
                await db.Sites.CountAsync(site => site.Code == "again");
            }

            return await db.Database.SqlQuery<int>($"SELECT count(*)::int AS \"Value\" FROM pg_prepared_statements WHERE statement LIKE '%Sites%'").SingleAsync();
        }), Is.EqualTo(1));
}
