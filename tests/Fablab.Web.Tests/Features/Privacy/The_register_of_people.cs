using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Privacy.Personal;
using Fablab.Web.Tests.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Fablab.Web.Tests.Features.Privacy;

/// <summary>Held against the model itself: whoever adds a table with people in it must say what becomes of them.</summary>
public sealed class The_register_of_people
{
    private LabApp lab = null!;

    [OneTimeSetUp]
    public void Open_the_lab() => lab = new LabApp(StorageProvider.Sqlite);

    [OneTimeTearDown]
    public void Close_the_lab() => lab.Dispose();

    [Test]
    public async Task Knows_every_column_that_names_a_member()
    {
        var unknown = await lab.WithDbAsync(db => Task.FromResult(db.Model.GetEntityTypes().SelectMany(Members)
            .Where(column => PersonalTables.Of(column.Row) is not { } table || !table.Whose.Concat(table.ActedBy).Contains(column.Name))
            .Select(column => $"{column.Row.Name}.{column.Name}").ToList()));

        Assert.That(unknown, Is.Empty, "say in PersonalTables whose rows these are, whether they are exported and what erasing does to them");
    }

    [Test]
    public async Task Names_only_columns_that_there_are()
    {
        var gone = await lab.WithDbAsync(db => Task.FromResult(PersonalTables.All
            .SelectMany(table => table.Whose.Concat(table.ActedBy).Concat(table.Wiped).Select(column => (table.Row, column)))
            .Where(one => db.Model.FindEntityType(one.Row)?.FindProperty(one.column) is null)
            .Select(one => $"{one.Row.Name}.{one.column}").ToList()));

        Assert.That(gone, Is.Empty);
    }

    [Test]
    public void Exports_every_table_or_says_why_not() =>
        Assert.That(PersonalTables.All.Where(table => (table.Kind is null) == (table.WhyNotExported is null)).Select(table => table.Row.Name), Is.Empty);

    [Test]
    public void Gives_each_kind_of_thing_a_file_of_its_own() =>
        Assert.That(PersonalTables.All.Select(table => table.Kind).OfType<string>(), Is.Unique);

    /// <summary>Our id of a member, or the framework's of an account.</summary>
    private static IEnumerable<(Type Row, string Name)> Members(IEntityType type) => type.GetProperties()
        .Where(property => (Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType) == typeof(MemberId)
            || (property.ClrType == typeof(Guid) && property.Name == "UserId") || (type.ClrType == typeof(Account) && property.IsPrimaryKey())
            || (type.ClrType == typeof(ExternalIdRow) && property.Name == nameof(ExternalIdRow.Target)))
        .Where(_ => !type.IsOwned())
        .Select(property => (type.ClrType, property.Name));
}
