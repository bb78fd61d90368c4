using Fablab.Web.Data;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Data;

public class The_migrations
{
    [Test]
    public void Bring_SQLite_to_the_model_of_today()
    {
        using var db = new DesignTimeSqlite().CreateDbContext([]);

        Assert.That(db.Database.HasPendingModelChanges(), Is.False, "Add one: dotnet ef migrations add NAME --context SqliteFablabDb");
    }

    [Test]
    public void Bring_PostgreSQL_to_the_model_of_today()
    {
        using var db = new DesignTimePostgres().CreateDbContext([]);

        Assert.That(db.Database.HasPendingModelChanges(), Is.False, "Add one: dotnet ef migrations add NAME --context PostgresFablabDb");
    }

    [Test]
    public void Are_the_same_steps_on_both_databases()
    {
        using var sqlite = new DesignTimeSqlite().CreateDbContext([]);
        using var postgres = new DesignTimePostgres().CreateDbContext([]);

        Assert.That(Names(sqlite), Is.EqualTo(Names(postgres)));
    }

    /// <summary>Without the time that each name begins with.</summary>
    private static IEnumerable<string> Names(FablabDb db) => db.Database.GetMigrations().Select(name => name[(name.IndexOf('_', StringComparison.Ordinal) + 1)..]);
}
