using System.ComponentModel.DataAnnotations;
using Fablab.Domain;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.People.Browsing;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.People.Groups;

/// <param name="Code">For programs and rules: lower-case letters, digits and dashes. Only said once; rules name the group by its id.</param>
/// <param name="MayBeAskedFor">Members see it and may ask to belong to it.</param>
public sealed record TariffGroupRequest(
    [property: Required, StringLength(40, MinimumLength = 1), RegularExpression("[a-z0-9-]+")] string Code, [property: Required, StringLength(100, MinimumLength = 1)] string Name,
    bool MayBeAskedFor = false);

/// <param name="MayBeAskedFor">Members see it and may ask to belong to it; left out as it was.</param>
public sealed record RenameTariffGroupRequest([property: Required, StringLength(100, MinimumLength = 1)] string Name, bool? MayBeAskedFor = null);

/// <param name="From">Left out for now.</param>
/// <param name="Until">No more a member from here on; left out without an end.</param>
/// <param name="Proof">What was seen that shows it.</param>
public sealed record PutIntoGroupRequest(Guid GroupId, Instant? From, Instant? Until, [property: StringLength(500)] string? Proof);

/// <summary>Another group has this code.</summary>
public sealed record GroupCodeTaken() : Refusal("group-code-taken");

/// <summary>It would end before it begins, or is in the group then already.</summary>
/// <param name="Reason"><c>ends-before-it-begins</c>, <c>in-it-already</c>, or on a page <c>day-unreadable</c>.</param>
public sealed record GroupMembershipRefused(string Reason) : Refusal("group-membership-refused")
{
    public override IReadOnlyDictionary<string, object> Facts => new Dictionary<string, object> { ["reason"] = Reason };
}

/// <summary>Tariff groups and who belongs to them. Groups are the lab's, so managers of any site name them and put members of their sites into them.</summary>
internal sealed class TariffGroups(FablabDb db, ReadMembers members, CurrentMember me, AuditTrail audit, LabClock clock)
{
    public bool MayEdit => me.Member.IsAdministrator || me.Member.ManagedSites.Any(site => me.May(Right.EditTariffGroups, Subject.At(site)));

    public Task<List<TariffGroupRow>> ListAsync(CancellationToken ct) => db.TariffGroups.AsNoTracking().OrderBy(row => row.Name).ToListAsync(ct);

    public async Task<Result<TariffGroupRow>> CreateAsync(TariffGroupRequest request, CancellationToken ct)
    {
        if (!MayEdit)
        {
            return new NoSuchThing("tariff-group");
        }

        var row = new TariffGroupRow { Id = new TariffGroupId(Guid.CreateVersion7()), Code = request.Code, Name = StorableText.Of(request.Name.Trim()), MayBeAskedFor = request.MayBeAskedFor };
        try
        {
            return await LabTransaction.RunAsync<Result<TariffGroupRow>>(db, [], async () =>
            {
                db.Add(row);
                audit.Note("tariff-group-made", $"tariff-group/{row.Id}", site: Mine(), after: AuditFacts.Of(row));
                await db.SaveChangesAsync(ct);
                return row;
            }, ct);
        }
        catch (Exception error) when (DatabaseRefusals.IsDuplicate(error))
        {
            return new GroupCodeTaken();
        }
        finally
        {
            db.ChangeTracker.Clear();
        }
    }

    public async Task<Result<TariffGroupRow>> RenameAsync(TariffGroupId id, string name, bool? mayBeAskedFor, string? ifMatch, CancellationToken ct)
    {
        if (!MayEdit)
        {
            return new NoSuchThing("tariff-group");
        }

        var result = await LabTransaction.RunHoldingAsync<Result<TariffGroupRow>>(db, [id.Value], async () =>
        {
            if (await db.TariffGroups.SingleOrDefaultAsync(row => row.Id == id, ct) is not { } group)
            {
                return new NoSuchThing("tariff-group");
            }

            if (!VersionTag.Fits(GroupEndpoints.TagOf(group), ifMatch))
            {
                return new StaleVersion();
            }

            var (before, called) = (AuditFacts.Of(group), StorableText.Of(name.Trim()));
            IReadOnlyList<string> changed = group.Name == called ? [] : ["name"];
            group.Name = called;
            group.MayBeAskedFor = mayBeAskedFor ?? group.MayBeAskedFor;
            audit.Note("tariff-group-renamed", $"tariff-group/{id}", site: Mine(), before: before, after: AuditFacts.Of(group).With(changed));
            await db.SaveChangesAsync(ct);
            return group;
        }, ct);
        db.ChangeTracker.Clear();
        return result;
    }

    public async Task<Result<TariffGroupMemberRow>> PutAsync(MemberId member, PutIntoGroupRequest request, CancellationToken ct)
    {
        if (!await MayAsync(member, ct))
        {
            return new NoSuchThing("member");
        }

        var result = await LabTransaction.DecideHoldingAsync<TariffGroupMemberRow>(db, [member.Value], async () =>
        {
            var added = await AddWithinAsync(member, request, ct);
            if (added.TryGet(out var row, out _))
            {
                audit.Note("put-into-tariff-group", $"tariff-group-member/{row.Id}", site: await SiteToNoteAsync(member, ct), concerns: member, after: AuditFacts.Of(row));
                await db.SaveChangesAsync(ct);
            }

            return added;
        }, ct);
        db.ChangeTracker.Clear();
        return result;
    }

    /// <summary>The same within a transaction that holds the member, for whoever asked whether they may, notes it and saves.</summary>
    public async Task<Result<TariffGroupMemberRow>> AddWithinAsync(MemberId member, PutIntoGroupRequest request, CancellationToken ct)
    {
        var group = new TariffGroupId(request.GroupId);
        if (!await db.TariffGroups.AnyAsync(one => one.Id == group, ct))
        {
            return new NoSuchThing("member");
        }

        var row = new TariffGroupMemberRow
        {
            Id = Guid.CreateVersion7(), Group = group, Member = member, From = request.From ?? clock.Now, Until = request.Until, By = me.Id,
            Proof = request.Proof?.Trim() is { Length: > 0 } seen ? StorableText.Of(seen) : null,
        };
        if (row.Until <= row.From || !LabClock.IsPlausible(row.From) || (row.Until is { } end && !LabClock.IsPlausible(end)))
        {
            return new GroupMembershipRefused("ends-before-it-begins");
        }

        // One stretch after the other, so that who looks at a day sees one proof.
        var others = await db.TariffGroupMembers.AsNoTracking().Where(one => one.Group == group && one.Member == member).ToListAsync(ct);
        if (others.Any(one => !(one.Until <= row.From) && !(row.Until <= one.From) && !(one.Until <= one.From)))
        {
            return new GroupMembershipRefused("in-it-already");
        }

        db.Add(row);
        return row;
    }

    /// <summary>They belong to it no more, from now on; what has not begun never begins.</summary>
    public async Task<Refusal?> EndAsync(MemberId member, Guid id, CancellationToken ct)
    {
        if (!await MayAsync(member, ct))
        {
            return new NoSuchThing("group-membership");
        }

        var refusal = await LabTransaction.RunHoldingAsync<Refusal?>(db, [member.Value], async () =>
        {
            var now = clock.Now;
            if (await db.TariffGroupMembers.SingleOrDefaultAsync(one => one.Id == id && one.Member == member, ct) is not { } row)
            {
                return new NoSuchThing("group-membership");
            }

            if (!(row.Until <= now))
            {
                var before = AuditFacts.Of(row);
                (row.Until, row.EndToldAt) = (Instant.Max(now, row.From), now);
                audit.Note(
                    "taken-out-of-tariff-group", $"tariff-group-member/{id}", site: await SiteToNoteAsync(member, ct), concerns: member, before: before, after: AuditFacts.Of(row));
                await db.SaveChangesAsync(ct);
            }

            return null;
        }, ct);
        db.ChangeTracker.Clear();
        return refusal;
    }

    /// <summary>Of a site that they belong to, or of the whole lab.</summary>
    public async Task<bool> MayAsync(MemberId member, CancellationToken ct) =>
        await members.OneAsync(member, ct) is { } found && (me.Member.IsAdministrator || found.Sites.Any(site => me.May(Right.EditTariffGroups, Subject.At(site.Id))));

    /// <summary>Where a change of somebody's groups by whoever acts is noted.</summary>
    public Task<SiteId?> SiteToNoteAsync(MemberId member, CancellationToken ct) => db.SiteToNoteAsync(member, site => me.May(Right.EditTariffGroups, Subject.At(site)), ct);

    /// <summary>Groups are the lab's; what was done to one was done at a site of whoever did it.</summary>
    private SiteId? Mine() => me.Member.ManagedSites.Where(site => me.May(Right.EditTariffGroups, Subject.At(site))).OrderBy(site => site.Value).Select(site => (SiteId?)site).FirstOrDefault();
}
