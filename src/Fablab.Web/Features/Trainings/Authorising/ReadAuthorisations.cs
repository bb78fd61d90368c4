using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Trainings.Authorising;

public sealed record AuthorisationView
{
    public required MachineAuthorisationRow Row { get; init; }

    public required MachineRow Machine { get; init; }

    public required SiteRow Site { get; init; }
}

/// <summary>One's own authorisations; those of others at the sites where one may train.</summary>
internal sealed class ReadAuthorisations(FablabDb db, CurrentMember me)
{
    public async Task<IReadOnlyList<AuthorisationView>> OfAsync(MemberId member, CancellationToken ct)
    {
        var found = await Rows(member).OrderBy(one => one.Machine.Code).ToListAsync(ct);
        return [.. found.Where(one => me.May(Right.SeeAuthorisations, new Subject(member, one.Site.Id)))];
    }

    /// <returns><see langword="null"/> when there is none that the asker may see.</returns>
    public async Task<AuthorisationView?> OneAsync(MemberId member, string machine, CancellationToken ct) =>
        await Rows(member).SingleOrDefaultAsync(one => one.Machine.Code == machine, ct) is { } found && me.May(Right.SeeAuthorisations, new Subject(member, found.Site.Id))
            ? found
            : null;

    public async Task<IReadOnlyList<AuthorisationFactRow>> HistoryAsync(AuthorisationView of, CancellationToken ct)
    {
        var (member, machine) = (of.Row.Member, of.Machine.Id);
        return await db.AuthorisationFacts.AsNoTracking().Where(fact => fact.Member == member && fact.Machine == machine).OrderBy(fact => fact.Number).ToListAsync(ct);
    }

    private IQueryable<AuthorisationView> Rows(MemberId member) =>
        from row in db.MachineAuthorisations.AsNoTracking()
        join machine in db.Machines.AsNoTracking() on row.Machine equals machine.Id
        join site in db.Sites.AsNoTracking() on machine.Site equals site.Id
        where row.Member == member
        select new AuthorisationView { Row = row, Machine = machine, Site = site };
}
