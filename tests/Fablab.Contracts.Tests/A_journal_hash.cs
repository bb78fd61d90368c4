namespace Fablab.Contracts.Tests;

public class A_journal_hash
{
    private static readonly Guid Spool = Guid.Parse("5b0f2a52-8f0e-4a53-9d5c-2f6a0f1f7a11");

    [Test]
    public void Is_what_any_other_implementation_computes()
    {
        var hash = JournalHash.Of(JournalHash.Start, Spool, 3, 1, """{"machine":"laser-1"}""");

        // SHA-256 of 64 zeros, the spool id, 3, 1 and the content, with a line feed between each two.
        Assert.That(hash, Is.EqualTo("0d4abc4842821effc62c61c578c5e6265a5831dee84901e5dc813b52c274b73c"));
    }

    [Test]
    public void Is_right_for_the_place_and_content_it_was_made_for()
    {
        var record = Record();

        Assert.That(JournalHash.IsRight(record, Spool, 3), Is.True);
    }

    [Test]
    public void Is_wrong_anywhere_else()
    {
        var record = Record();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(JournalHash.IsRight(record, Guid.Empty, 3), Is.False);
            Assert.That(JournalHash.IsRight(record, Spool, 4), Is.False);
            Assert.That(JournalHash.IsRight(record with { Sequence = 2 }, Spool, 3), Is.False);
            Assert.That(JournalHash.IsRight(record with { Content = record.Content + " " }, Spool, 3), Is.False);
            Assert.That(JournalHash.IsRight(record with { PreviousHash = record.Hash }, Spool, 3), Is.False);
        }
    }

    [Test]
    public void Does_not_depend_on_the_culture_of_the_process()
    {
        var previous = System.Globalization.CultureInfo.CurrentCulture;
        try
        {
            System.Globalization.CultureInfo.CurrentCulture = new System.Globalization.CultureInfo("ar-SA");
            Assert.That(JournalHash.IsRight(Record(), Spool, 3), Is.True);
        }
        finally
        {
            System.Globalization.CultureInfo.CurrentCulture = previous;
        }
    }

    private static JournalRecord Record() => new(
        1, """{"machine":"laser-1"}""", JournalHash.Start, "0d4abc4842821effc62c61c578c5e6265a5831dee84901e5dc813b52c274b73c");
}
