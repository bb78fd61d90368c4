using Fablab.Domain.Members;

namespace Fablab.Web.Features.Members;

/// <summary>Who asks. Loaded once a request, so that a right taken away is gone with the next one.</summary>
internal sealed class CurrentMember
{
    public bool IsSignedIn => Known is not null;

    /// <summary><see langword="null"/> for a visitor.</summary>
    public Member? Known { get; internal set; }

    /// <summary>The access token that they ask by; <see langword="null"/> in a browser.</summary>
    public Guid? Token { get; internal set; }

    /// <summary>Whose own token asks, for no person; then <see cref="Known"/> is <see langword="null"/>.</summary>
    public OrganisationId? Organisation { get; internal set; }

    /// <exception cref="InvalidOperationException">Nobody is signed in; the endpoint forgot to ask for it.</exception>
    public Member Member => Known ?? throw new InvalidOperationException("Nobody is signed in.");

    public MemberId Id => Member.Id;

    /// <summary>For what belongs to no site: whether somebody may do it who has the right wherever they manage.</summary>
    public bool MayAtSomeSite(Right right) =>
        Known is { } me && (Access.Allows(me, right, Subject.Nothing) || me.ManagedSites.Any(site => Access.Allows(me, right, Subject.At(site))));

    /// <summary>Sees members of some site.</summary>
    public bool IsStaff => Known is { } me && (me.IsAdministrator || me.ManagedSites.Concat(me.FrontDeskSites).Any(site => Access.Allows(me, Right.SeeMembers, Subject.At(site))));

    public bool May(Right right, Subject subject) =>
        Known is { } me ? Access.Allows(me, right, subject) : Organisation is { } own && Access.Allows(own, right, subject);
}
