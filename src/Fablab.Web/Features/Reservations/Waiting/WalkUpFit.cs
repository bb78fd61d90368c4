using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Finding;
using Fablab.Domain.Reservations.Waiting;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Waiting;

/// <summary>What a machine can give to somebody who stands at it: from now until what is kept for the next booking.</summary>
internal static class WalkUpFit
{
    /// <param name="rules">Those in force for the member at the machine.</param>
    /// <param name="taken">What is kept on the machine from now on, in order, with the one that reaches furthest into now.</param>
    /// <returns><see langword="null"/> when it is not free now, or not for long enough.</returns>
    public static Fit? Find(WaitingWish wish, SlotRules rules, IReadOnlyList<TimeSlot> taken, Instant now)
    {
        var start = now;
        foreach (var before in taken.Where(slot => slot.Start <= now && slot.End + rules.SetUp > now))
        {
            start = Instant.Max(start, before.End + rules.SetUp);
        }

        if (start - now > WaitingBounds.NowSlack || start < wish.Window.Start || start > wish.LastUsefulStart)
        {
            return null;
        }

        var next = taken.Where(slot => slot.Start > now).Select(slot => slot.Start).DefaultIfEmpty(Instant.MaxValue).First();
        var longest = Duration.Min(Duration.Min(wish.Length, rules.Maximum), Instant.Min(next == Instant.MaxValue ? wish.Window.End : next - rules.CleanUp, wish.Window.End) - start);
        var length = rules.Step * Math.Floor(longest / rules.Step);
        return length < Duration.Max(wish.MinimumLength, rules.Minimum)
            ? null
            : new Fit(new TimeSlot(start, start + length), new TimeSlot(start - rules.SetUp, start + length + rules.CleanUp));
    }
}
