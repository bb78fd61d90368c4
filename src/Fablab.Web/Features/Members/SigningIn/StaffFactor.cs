using Fablab.Web.Demo;
using Microsoft.Extensions.Options;

namespace Fablab.Web.Features.Members.SigningIn;

/// <summary>Whether managers and administrators must have a second factor: they can unlock machines and read everybody's bookings.</summary>
internal sealed class StaffFactor(IOptions<PasswordSignInOptions> options, IOptions<DemoOptions> demo, IHostEnvironment environment)
{
    public bool IsNeededOfStaff { get; } = options.Value.StaffNeedsSecondFactor ?? !demo.Value.IsEnabledIn(environment);
}
