using Fablab.Domain;

namespace Fablab.Web.Features.Members.SigningIn;

/// <summary>One answer for a wrong password, an unknown address, one that nobody has confirmed yet, a wrong code and a locked account, so that none tells which addresses have accounts.</summary>
public sealed record SignInFailed() : Refusal("sign-in-failed");

/// <summary>The password is right and the account asks for a code as well.</summary>
public sealed record SecondFactorNeeded() : Refusal("second-factor-needed");

/// <summary>The password is right and the member is suspended everywhere.</summary>
public sealed record AccountSuspended() : Refusal("account-suspended");

/// <summary>This browser must prove again that its member is there: <c>/account/confirm</c>.</summary>
public sealed record ConfirmationNeeded() : Refusal("confirmation-needed");
