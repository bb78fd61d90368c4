using Fablab.Domain.Members;

namespace Fablab.Domain.Tests.People;

public sealed class A_set_of_scopes
{
    [Test]
    public void Is_written_in_one_order_and_read_in_any()
    {
        var given = ScopeSet.Of(Scope.Staff, Scope.Read, Scope.Read);

        using (Assert.EnterMultipleScope())
        {
            Assert.That($"{given}", Is.EqualTo("read staff"));
            Assert.That(ScopeSet.Parse("staff read"), Is.EqualTo(given));
            Assert.That(given.Scopes, Is.EqualTo(new[] { Scope.Read, Scope.Staff }));
        }
    }

    [Test]
    public void Is_one_of_thirty_one_that_are_all_told_apart()
    {
        var words = ScopeSet.Every.Select(set => $"{set}").ToList();

        Assert.That(words, Is.Unique.And.Count.EqualTo(31).And.None.Empty);
        Assert.That(words.Select(ScopeSet.Parse), Is.EqualTo(ScopeSet.Every));
    }

    [Test]
    public void Lacks_what_another_has_more() =>
        Assert.That(ScopeSet.All.Except(ScopeSet.Of(Scope.Read, Scope.Book)), Is.EqualTo(ScopeSet.Of(Scope.Account, Scope.Organisation, Scope.Staff)));

    [Test]
    public void Knows_no_other_words() => Assert.That(() => ScopeSet.Parse("read everything"), Throws.TypeOf<FormatException>());
}
