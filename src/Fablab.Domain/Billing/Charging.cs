using Fablab.Domain.Reservations;
using Fablab.Domain.UsageSessions;

namespace Fablab.Domain.Billing;

/// <summary>Turns a closed session into its charge.</summary>
public static class Charging
{
    /// <param name="usedBefore">Total of the reservation's earlier sessions that were charged.</param>
    /// <returns>
    /// The charge, or <see langword="null"/> when there is nothing to charge (RR-04: never started) or a person must look first
    /// (<see cref="UsageSession.ReviewReason"/>).
    /// </returns>
    /// <exception cref="ArgumentException">The session is not closed: its last record may still be on its way.</exception>
    public static Charge? Charge(UsageSession session, Reservation reservation, Tariff tariff, DateTimeZone zone, ChargeId id, Instant now, Duration usedBefore = default)
    {
        if (session.State is not UsageSessionState.Closed || session.EndedAt is not { } until)
        {
            throw new ArgumentException($"Session {session.Id} is {session.State}; only a closed one is charged.", nameof(session));
        }

        if (session.ReviewReason is not null)
        {
            return null;
        }

        var rated = Rating.Rate(new Usage(reservation.BookedSlot.Length, session.Total, session.Active, session.WattSeconds, usedBefore), tariff);
        if (rated.Lines.Count == 0)
        {
            return null;
        }

        var end = until.InZone(zone).Date;
        return new Charge
        {
            Id = id,
            Session = session.Id,
            Reservation = reservation.Id,
            Machine = session.Machine,
            Member = session.Member,
            Project = session.Project,
            Tariff = tariff.Id,
            From = session.StartedAt ?? session.AuthorisedAt,
            Until = until,
            Period = new LocalDate(end.Year, end.Month, 1),
            Lines = rated.Lines,
            Net = rated.Net,
            VatRateBasisPoints = tariff.VatRateBasisPoints,
            Explanation = rated.Explanation,
            ChargedAt = now,
        };
    }
}
