using Microsoft.Extensions.Time.Testing;

namespace Fablab.Bridge.Tests.Drivers;

/// <summary>The system's clock, which throws once when told to: a failure that no driver expects, in whatever part of it asks for the time next.</summary>
internal sealed class StumblingClock : TimeProvider
{
    private int _stumbles;

    public void Stumble() => Interlocked.Exchange(ref _stumbles, 1);

    public bool HasStumbled => Volatile.Read(ref _stumbles) == 0;

    public override long GetTimestamp() => Interlocked.Exchange(ref _stumbles, 0) == 1 ? throw new InvalidTimeZoneException("stumbled") : base.GetTimestamp();
}

/// <inheritdoc cref="StumblingClock"/>
/// <remarks>The test turns this one.</remarks>
internal sealed class StumblingFakeClock(DateTimeOffset now) : FakeTimeProvider(now)
{
    private int _stumbles;

    public void Stumble() => Interlocked.Exchange(ref _stumbles, 1);

    public override long GetTimestamp() => Interlocked.Exchange(ref _stumbles, 0) == 1 ? throw new InvalidTimeZoneException("stumbled") : base.GetTimestamp();
}
