namespace Fablab.Scenarios.Tests.Lab;

/// <summary>Who the demo lab has.</summary>
internal static class People
{
    public const string Password = "fablab-demo-2026";
    public const string Maker = "maker@fablab.example";
    public const string SecondMaker = "maker2@fablab.example";
    public const string Owner = "owner@fablab.example";
    public const string Administrator = "admin@fablab.example";

    /// <summary>The start-up that the maker works for.</summary>
    public static readonly Guid Startup = new("00000000-0000-7000-8000-000000000021");

    /// <summary>Its project.</summary>
    public static readonly Guid Drone = new("00000000-0000-7000-8000-000000000031");
}
