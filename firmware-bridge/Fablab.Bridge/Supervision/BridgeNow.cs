namespace Fablab.Bridge.Supervision;

/// <summary>One moment by both clocks. Durations and leases come from the first alone, stamps for people from the second.</summary>
/// <param name="MonotonicMilliseconds">Milliseconds since an arbitrary start that one boot keeps. Never goes back.</param>
/// <param name="Wall">What the wall clock says, however wrong it may be.</param>
internal readonly record struct BridgeNow(long MonotonicMilliseconds, DateTimeOffset Wall);
