namespace Fablab.Domain.Machines;

/// <summary>What kind of thing is booked. Spaces, benches and seats are booked like machines and have no controller.</summary>
public enum MachineCategory
{
    Printer3D,
    LaserCutter,
    CncMill,

    /// <summary>A room: meetings, classes, photography.</summary>
    Room,

    /// <summary>A place to work with one's hands.</summary>
    Bench,

    /// <summary>A coworking seat.</summary>
    Seat,
    Other,
}
