namespace Fablab.Domain.Reservations.Finding;

/// <summary>The wall-clock times at which a slot may begin: every quarter of an hour from midnight, say.</summary>
public sealed record StartGrid
{
    private static readonly Duration Day = Duration.FromDays(1);

    /// <exception cref="ArgumentOutOfRangeException">The step does not divide a day, so that tomorrow's times would be others.</exception>
    public StartGrid(Duration step, DateTimeZone zone)
    {
        if (step <= Duration.Zero || Day.BclCompatibleTicks % step.BclCompatibleTicks != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(step), step, "The step must divide a day.");
        }

        (Step, Zone) = (step, zone);
    }

    public Duration Step { get; }

    public DateTimeZone Zone { get; }

    /// <returns>The first instant of the grid at or after the given one.</returns>
    public Instant Next(Instant from)
    {
        // Counted in whole ticks; what lies a little behind one belongs to the next.
        var ticks = from.ToUnixTimeTicks();
        from = Instant.FromUnixTimeTicks(Instant.FromUnixTimeTicks(ticks) < from ? ticks + 1 : ticks);
        while (true)
        {
            var interval = Zone.GetZoneInterval(from);
            var past = (from.ToUnixTimeTicks() + interval.WallOffset.Ticks) % Step.BclCompatibleTicks;
            past = past < 0 ? past + Step.BclCompatibleTicks : past;
            var next = past == 0 ? from : from + Step - Duration.FromTicks(past);
            if (!interval.HasEnd || next < interval.End)
            {
                return next;
            }

            // The clock changes on the way; from there on the grid lies elsewhere.
            from = interval.End;
        }
    }
}
