using Fablab.Domain.Machines;
using Fablab.Domain.Members;

namespace Fablab.Web.Demo;

/// <summary>What tests and the demo's screens name.</summary>
internal static class DemoIds
{
    /// <summary>Password of every demo account. Printed, documented, and refused in production.</summary>
    public const string Password = "fablab-demo-2026";

    public const string Maker = "maker@fablab.example";
    public const string SecondMaker = "maker2@fablab.example";
    public const string AtelierManager = "manager@fablab.example";
    public const string CampusManager = "manager-campus@fablab.example";
    public const string Owner = "owner@fablab.example";
    public const string Administrator = "admin@fablab.example";

    /// <summary>Waits to become a member of the campus.</summary>
    public const string Newcomer = "newcomer@fablab.example";

    public const string AtelierBridge = "atelier-bridge";
    public const string CampusBridge = "campus-bridge";

    public static readonly SiteId Atelier = new(Numbered(1));
    public static readonly SiteId Campus = new(Numbered(2));
    public static readonly MachineId Printer1 = new(Numbered(11));
    public static readonly MachineId Printer2 = new(Numbered(12));
    public static readonly MachineId Cnc1 = new(Numbered(13));
    public static readonly MachineId Laser1 = new(Numbered(14));
    public static readonly MachineId Room1 = new(Numbered(15));
    public static readonly PoolId Printers = new(Numbered(16));
    public static readonly OrganisationId Startup = new(Numbered(21));
    public static readonly OrganisationId School = new(Numbered(22));
    public static readonly ProjectId Drone = new(Numbered(31));
    public static readonly ProjectId Housing = new(Numbered(32));

    public static readonly Fablab.Domain.Trainings.CourseId MillingCourse = new(Numbered(91));
    public static readonly Fablab.Domain.Trainings.TrainingSessionId MillingSession = new(Numbered(92));

    public static Guid Numbered(int number) => new($"00000000-0000-7000-8000-{number:d12}");
}
