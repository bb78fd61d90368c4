using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Tests.House;
using Fablab.Testing;

namespace Fablab.Domain.Tests.People;

public sealed class The_table_of_rights
{
    private static readonly SiteId Here = new(Guid.Parse("00000000-0000-0000-0000-000000000001"));
    private static readonly SiteId Elsewhere = new(Guid.Parse("00000000-0000-0000-0000-000000000002"));
    private static readonly OrganisationId Ours = new(Guid.Parse("00000000-0000-0000-0000-000000000003"));
    private static readonly OrganisationId Theirs = new(Guid.Parse("00000000-0000-0000-0000-000000000004"));
    private static readonly MachineId Mill = new(Guid.Parse("00000000-0000-0000-0000-000000000006"));
    private static readonly MemberId Holder = new(Guid.Parse("00000000-0000-0000-0000-000000000005"));

    [Test]
    public void Is_what_was_agreed()
    {
        var people = People().ToList();
        var subject = new Subject(Holder, Here, Ours);
        var kiosks = new[] { ("kiosk at a door here", Here, (MachineId?)null), ("kiosk at the machine", Here, Mill), ("kiosk elsewhere", Elsewhere, null) };
        var tokens = new[] { ("organisation's token", Ours), ("other's token", Theirs) };
        var lines = Enum.GetValues<Right>().Select(right =>
            $"{right,-28}{string.Concat(people.Select(person => Word(Access.Allows(person.Member, right, subject))).Concat(kiosks.Select(kiosk => Word(KioskMay(kiosk.Item2, kiosk.Item3, right)))).Concat(tokens.Select(token => Word(Access.Allows(token.Item2, right, subject)))))}".TrimEnd());
        var names = people.Select(person => person.Name).Concat(kiosks.Select(kiosk => kiosk.Item1)).Concat(tokens.Select(token => token.Item1));
        var table = string.Join('\n', lines.Prepend($"{"",-28}{string.Concat(names.Select(name => $"{name,-24}"))}".TrimEnd()));

        Approved.MatchesFile(table, Path.Combine(Repository.Root, "tests/Fablab.Domain.Tests/People/rights.approved.txt"));
    }

    private static string Word(bool may) => $"{(may ? "yes" : "-"),-24}";

    /// <summary>At the door of the site, or at its mill.</summary>
    private static bool KioskMay(SiteId site, MachineId? machine, Right right) =>
        Access.Allows(site, machine, right, Here, right is Right.UseMachineAtKiosk ? Mill : null);

    private static IEnumerable<(string Name, Member Member)> People()
    {
        yield return ("holder", Person() with { Id = Holder });
        yield return ("other maker", Person());
        yield return ("manager here", Person() with { ManagedSites = new HashSet<SiteId> { Here } });
        yield return ("manager elsewhere", Person() with { ManagedSites = new HashSet<SiteId> { Elsewhere } });
        yield return ("trainer here", Person() with { TrainerSites = new HashSet<SiteId> { Here } });
        yield return ("front desk here", Person() with { FrontDeskSites = new HashSet<SiteId> { Here } });
        yield return ("technician here", Person() with { TechnicianSites = new HashSet<SiteId> { Here } });
        foreach (var role in Enum.GetValues<OrganisationRole>())
        {
            yield return ($"organisation {role}", In(Ours, role));
        }

        yield return ("other's owner", In(Theirs, OrganisationRole.Owner));
        yield return ("administrator", Person() with { IsAdministrator = true });
    }

    private static Member In(OrganisationId organisation, OrganisationRole role) =>
        Person() with { Organisations = new Dictionary<OrganisationId, OrganisationRole> { [organisation] = role } };

    private static Member Person() => new()
    {
        Id = new MemberId(Guid.NewGuid()), DisplayName = "Somebody", Email = "somebody@lab.example",
        ManagedSites = new HashSet<SiteId>(), Organisations = new Dictionary<OrganisationId, OrganisationRole>(),
    };
}
