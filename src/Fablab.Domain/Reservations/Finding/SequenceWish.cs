using Fablab.Domain.Machines;

namespace Fablab.Domain.Reservations.Finding;

/// <summary>Several machines one after the other: cut, then engrave.</summary>
/// <param name="Window">All slots lie in it.</param>
/// <param name="MostGap">So long at most between the end of a step and the start of the next.</param>
public sealed record SequenceWish(TimeSlot Window, IReadOnlyList<SequenceStep> Steps, Duration MostGap, StartGrid Grid);

/// <param name="Length">Of this step.</param>
/// <param name="Machines">Those that would do, the preferred first.</param>
public sealed record SequenceStep(Duration Length, IReadOnlyList<SequenceMachine> Machines);

/// <param name="Machine">One that would do.</param>
/// <param name="Taken">What is kept for others on it, in order, without overlap.</param>
/// <param name="SetUp">Kept before the slot.</param>
/// <param name="CleanUp">Kept behind it.</param>
public sealed record SequenceMachine(MachineId Machine, IReadOnlyList<TimeSlot> Taken, Duration SetUp = default, Duration CleanUp = default);

/// <summary>One step with its time and machine.</summary>
public sealed record SequencePart(MachineId Machine, TimeSlot Slot, TimeSlot Kept);
