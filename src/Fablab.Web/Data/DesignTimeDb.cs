using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Fablab.Web.Data;

/// <summary>Lets the migration tool build each context without starting the program.</summary>
internal sealed class DesignTimeSqlite : IDesignTimeDbContextFactory<SqliteFablabDb>
{
    public SqliteFablabDb CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqliteFablabDb>().UseSqlite("Data Source=design-time.db").Options);
}

/// <inheritdoc cref="DesignTimeSqlite"/>
internal sealed class DesignTimePostgres : IDesignTimeDbContextFactory<PostgresFablabDb>
{
    public PostgresFablabDb CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<PostgresFablabDb>().UseNpgsql("Host=localhost;Database=design-time").Options);
}
