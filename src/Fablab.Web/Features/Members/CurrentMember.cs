using Fablab.Domain.Members;

namespace Fablab.Web.Features.Members;

/// <summary>Who asks. Loaded once a request, so that a right taken away is gone with the next one.</summary>
internal sealed class CurrentMember
{
    public bool IsSignedIn => Known is not null;

    /// <summary><see langword="null"/> for a visitor.</summary>
    public Member? Known { get; internal set; }

    /// <exception cref="InvalidOperationException">Nobody is signed in; the endpoint forgot to ask for it.</exception>
    public Member Member => Known ?? throw new InvalidOperationException("Nobody is signed in.");

    public MemberId Id => Member.Id;

    public bool May(Right right, Subject subject) => Known is { } me && Access.Allows(me, right, subject);
}
