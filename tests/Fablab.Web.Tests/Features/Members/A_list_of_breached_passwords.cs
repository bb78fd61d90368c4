using System.Security.Cryptography;
using System.Text;
using Fablab.Web.Features.Members.Accounts;

namespace Fablab.Web.Tests.Features.Members;

/// <summary>The file is searched where it lies; its lines may have counts behind the hashes.</summary>
public class A_list_of_breached_passwords
{
    private string path = "";

    [SetUp]
    public void Name_a_file() => path = Path.GetTempFileName();

    [TearDown]
    public void Delete_it() => File.Delete(path);

    [TestCase(1, "\n")]
    [TestCase(2, "\r\n")]
    [TestCase(1000, ":17\n")]
    [TestCase(1000, ":12345678\r\n")]
    public async Task Has_all_that_stand_in_it_and_nothing_else(int count, string ending)
    {
        var known = Enumerable.Range(0, count).Select(number => $"breached password {number}").ToList();
        await File.WriteAllTextAsync(path, string.Concat(known.Select(HashOf).Order(StringComparer.Ordinal).Select(hash => hash + ending)));

        var found = new List<bool>();
        foreach (var password in known)
        {
            found.Add(await BreachedPasswords.HasAsync(path, password));
        }

        var others = new List<bool>();
        for (var number = 0; number < 1000; number++)
        {
            others.Add(await BreachedPasswords.HasAsync(path, $"a good one {number}"));
        }

        Assert.That(found, Is.All.True);
        Assert.That(others, Is.All.False);
    }

    [Test]
    public async Task May_be_empty() => Assert.That(await BreachedPasswords.HasAsync(path, "whatever"), Is.False);

    private static string HashOf(string password)
    {
#pragma warning disable CA5350 // The list's own form.
        return Convert.ToHexString(SHA1.HashData(Encoding.UTF8.GetBytes(password)));
#pragma warning restore CA5350
    }
}
