using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Testing;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members;
using Fablab.Web.Tests.Testing;

namespace Fablab.Web.Tests.Features.Members;

public sealed class The_table_of_rights
{
    private static readonly SiteId Here = new(Guid.Parse("00000000-0000-0000-0000-000000000001"));
    private static readonly SiteId Elsewhere = new(Guid.Parse("00000000-0000-0000-0000-000000000002"));
    private static readonly OrganisationId Ours = new(Guid.Parse("00000000-0000-0000-0000-000000000003"));
    private static readonly OrganisationId Theirs = new(Guid.Parse("00000000-0000-0000-0000-000000000004"));
    private static readonly MemberId Holder = new(Guid.Parse("00000000-0000-0000-0000-000000000005"));

    [Test]
    public void Is_what_was_agreed()
    {
        var people = People().ToList();
        var subject = new Subject(Holder, Here, Ours);
        var lines = Enum.GetValues<Right>().Select(right =>
            $"{right,-28}{string.Concat(people.Select(person => $"{(Access.Allows(person.Member, right, subject) ? "yes" : "-"),-24}"))}".TrimEnd());
        var table = string.Join('\n', lines.Prepend($"{"",-28}{string.Concat(people.Select(person => $"{person.Name,-24}"))}".TrimEnd()));

        Approved.MatchesFile(table, Path.Combine(Repository.Root, "tests/Fablab.Web.Tests/Features/Members/rights.approved.txt"));
    }

    private static IEnumerable<(string Name, Member Member)> People()
    {
        yield return ("holder", Person() with { Id = Holder });
        yield return ("other maker", Person());
        yield return ("manager here", Person() with { ManagedSites = new HashSet<SiteId> { Here } });
        yield return ("manager elsewhere", Person() with { ManagedSites = new HashSet<SiteId> { Elsewhere } });
        yield return ("trainer here", Person() with { TrainerSites = new HashSet<SiteId> { Here } });
        yield return ("front desk here", Person() with { FrontDeskSites = new HashSet<SiteId> { Here } });
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
