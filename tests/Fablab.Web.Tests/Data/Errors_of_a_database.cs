using Fablab.Web.Data;
using Microsoft.Data.Sqlite;

namespace Fablab.Web.Tests.Data;

public class Errors_of_a_database
{
    [Test]
    public void Tell_that_no_space_is_left()
    {
        using var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        using var small = connection.CreateCommand();
        small.CommandText = "PRAGMA max_page_count = 3; CREATE TABLE t (x BLOB);";
        small.ExecuteNonQuery();

        small.CommandText = "INSERT INTO t VALUES (zeroblob(100000))";
        var full = Assert.Throws<SqliteException>(() => small.ExecuteNonQuery())!;

        Assert.That((DatabaseRefusals.IsStorageFull(full), DatabaseRefusals.IsBusy(full), DatabaseRefusals.IsOfContent(full)), Is.EqualTo((true, false, false)));
    }

    [Test]
    [Platform("Linux")]
    public void Of_a_full_disk_under_a_file_are_told_alike()
    {
        using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);

        var error = Assert.Catch<IOException>(() => full.Write([1]))!;

        Assert.That(DatabaseRefusals.IsStorageFull(error), Is.True);
    }
}
