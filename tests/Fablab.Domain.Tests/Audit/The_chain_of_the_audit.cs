using Fablab.Domain.Audit;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using NodaTime;

namespace Fablab.Domain.Tests.Audit;

public sealed class The_chain_of_the_audit
{
    private static readonly AuditEntry Entry = new()
    {
        Id = new Guid("01990000-0000-7000-8000-000000000001"),
        At = Instant.FromUtc(2026, 3, 2, 8, 0),
        Actor = new MemberId(new Guid("01990000-0000-7000-8000-000000000002")),
        Way = AuditWay.Browser,
        Action = "reservation-changed",
        Subject = "reservation/1",
        Machine = new MachineId(new Guid("01990000-0000-7000-8000-000000000003")),
        Concerns = new MemberId(new Guid("01990000-0000-7000-8000-000000000002")),
        Before = new Dictionary<string, string> { ["start"] = "a", ["end"] = "b" },
        After = new Dictionary<string, string> { ["start"] = "c" },
        AddressDigest = AuditChain.DigestOf("salt", "192.0.2.1"),
    };

    private static IEnumerable<TestCaseData> Changes()
    {
        yield return Case("another id", Entry with { Id = Guid.NewGuid() });
        yield return Case("another instant", Entry with { At = Entry.At + Duration.FromMilliseconds(1) });
        yield return Case("another actor", Entry with { Actor = null });
        yield return Case("another way", Entry with { Way = AuditWay.AccessToken });
        yield return Case("another action", Entry with { Action = "reservation-cancelled" });
        yield return Case("another subject", Entry with { Subject = "reservation/2" });
        yield return Case("another machine", Entry with { Machine = null });
        yield return Case("a site", Entry with { Site = new SiteId(Guid.NewGuid()) });
        yield return Case("nobody concerned", Entry with { Concerns = null });
        yield return Case("another before", Entry with { Before = new Dictionary<string, string> { ["start"] = "a" } });
        yield return Case("nothing before", Entry with { Before = null });
        yield return Case("before as after", Entry with { Before = Entry.After, After = Entry.Before });
        yield return Case("another address", Entry with { AddressDigest = AuditChain.DigestOf("salt", "192.0.2.2") });

        static TestCaseData Case(string name, AuditEntry entry) => new TestCaseData(entry).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Changes))]
    public void Has_another_hash_for(AuditEntry changed) =>
        Assert.That(AuditChain.Hash(AuditChain.Start, 1, changed), Is.Not.EqualTo(AuditChain.Hash(AuditChain.Start, 1, Entry)));

    [Test]
    public void Has_another_hash_at_another_place_and_behind_another_entry()
    {
        var hash = AuditChain.Hash(AuditChain.Start, 1, Entry);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(AuditChain.Hash(AuditChain.Start, 2, Entry), Is.Not.EqualTo(hash));
            Assert.That(AuditChain.Hash(hash, 1, Entry), Is.Not.EqualTo(hash));
        }
    }

    [Test]
    public void Does_not_mind_the_order_in_which_facts_are_read_back() => Assert.That(
        AuditChain.Hash(AuditChain.Start, 1, Entry with { Before = new Dictionary<string, string> { ["end"] = "b", ["start"] = "a" } }),
        Is.EqualTo(AuditChain.Hash(AuditChain.Start, 1, Entry)));

    [Test]
    public void Stays_the_same_from_version_to_version() =>
        Assert.That(AuditChain.Hash(AuditChain.Start, 1, Entry), Is.EqualTo("06c771d33504979e916a9401e82cc0071a8129018224b66b77a95de7f5e37ba9"), "what was sealed years ago must fit for ever");
}
