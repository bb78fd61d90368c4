using Fablab.Domain;

namespace Fablab.Web.Features.Members.SigningIn;

/// <summary>One answer for a wrong password, an unknown address and a locked account, so that none tells which addresses have accounts.</summary>
public sealed record SignInFailed() : Refusal("sign-in-failed");
