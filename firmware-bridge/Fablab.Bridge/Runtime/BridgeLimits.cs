namespace Fablab.Bridge.Runtime;

/// <summary>Bounds of the loop that come from settings.</summary>
internal sealed record BridgeLimits(Func<long> FreeBytes, long LeastFreeBytes, TimeSpan KeepAcknowledged);
