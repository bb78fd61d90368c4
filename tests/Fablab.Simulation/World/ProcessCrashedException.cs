namespace Fablab.Simulation.World;

/// <summary>A process was killed at a named place. Everything that was not durable there is gone.</summary>
internal sealed class ProcessCrashedException(string place) : Exception(place);
