namespace Fablab.Web.Demo;

/// <summary>A lab to try, with two sites, simulated machines and people.</summary>
public sealed class DemoOptions
{
    public const string Section = "Demo";

    /// <summary><see langword="true"/> or <see langword="false"/>; left out, the demo is made everywhere but in the Production environment. Only an empty database is ever filled.</summary>
    public bool? Enabled { get; set; }

    public bool IsEnabledIn(IHostEnvironment environment) => Enabled ?? !environment.IsProduction();
}
