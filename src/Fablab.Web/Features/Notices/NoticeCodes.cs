using System.Collections.Frozen;

namespace Fablab.Web.Features.Notices;

/// <summary>All notices by their codes, with the topic under which members choose whether they want a mail.</summary>
internal static class NoticeCodes
{
    public const string Bookings = "bookings";
    /// <summary>Of one's own bookings, with an entry for the calendar; mails only, since the page has the bookings themselves.</summary>
    public const string Confirmations = "confirmations";
    public const string WaitingList = "waiting-list";
    public const string Handovers = "handovers";
    public const string Machines = "machines";

    public const string Organisations = "organisations";

    public const string Trainings = "trainings";

    public const string Membership = "membership";

    /// <summary>Those of notices that are on the page too; browsers show no others.</summary>
    public static IEnumerable<string> TopicsOfNotices => Topics.Where(topic => topic != Confirmations);

    public static IReadOnlyList<string> Topics { get; } = [Bookings, Confirmations, WaitingList, Handovers, Trainings, Organisations, Machines, Membership];

    public static FrozenDictionary<string, string> TopicOf { get; } = new Dictionary<string, string>
    {
        ["another-unit-of-the-pool"] = Bookings,
        ["job-runs-past-your-slot"] = Bookings,
        ["machine-occupied-at-your-time"] = Bookings,
        ["machine-out-of-order"] = Bookings,
        ["machine-back-in-service"] = Bookings,
        ["request-approved"] = Bookings,
        ["request-declined"] = Bookings,
        ["request-lapsed"] = Bookings,
        ["more-time-refused"] = Bookings,
        ["supervisor-named"] = Bookings,
        ["supervisor-named-series"] = Bookings,
        ["booking-confirmed"] = Confirmations,
        ["booking-moved"] = Confirmations,
        ["booking-cancelled"] = Confirmations,
        ["time-offered"] = WaitingList,
        ["offer-lapsed"] = WaitingList,
        ["offer-lost"] = WaitingList,
        ["wish-expired"] = WaitingList,
        ["handover-offered"] = Handovers,
        ["handover-accepted"] = Handovers,
        ["handover-declined"] = Handovers,
        ["handover-received"] = Handovers,
        ["handover-received-without-job"] = Handovers,
        ["authorisation-granted"] = Trainings,
        ["authorisation-renewed"] = Trainings,
        ["authorisation-suspended"] = Trainings,
        ["authorisation-resumed"] = Trainings,
        ["authorisation-revoked"] = Trainings,
        ["authorisation-ends-soon"] = Trainings,
        ["training-seat-yours"] = Trainings,
        ["training-seat-yours-until"] = Trainings,
        ["training-enrolled"] = Trainings,
        ["training-enrolled-until"] = Trainings,
        ["training-in-line"] = Trainings,
        ["training-removed"] = Trainings,
        ["training-refunded"] = Trainings,
        ["training-cancelled"] = Trainings,
        ["training-moved"] = Trainings,
        ["attendance-corrected"] = Trainings,
        ["attendance-withdrawn"] = Trainings,
        ["certificate-withdrawn"] = Trainings,
        ["quiz-needed"] = Trainings,
        ["spending-waits"] = Organisations,
        ["spending-waits-series"] = Organisations,
        ["budget-warns"] = Organisations,
        ["budget-asks"] = Organisations,
        ["budget-spent"] = Organisations,
        ["organisation-signed-up"] = Organisations,
        ["organisation-known"] = Organisations,
        ["organisation-verified"] = Organisations,
        ["organisation-turned-down"] = Organisations,
        ["organisation-asks-again"] = Organisations,
        ["organisation-invited"] = Organisations,
        ["organisation-joined"] = Organisations,
        ["organisation-left"] = Organisations,
        ["organisation-left-booked"] = Organisations,
        ["organisation-role-changed"] = Organisations,
        ["suspended"] = Membership,
        ["suspended-until"] = Membership,
        ["suspension-lifted"] = Membership,
        ["badge-registered"] = Membership,
        ["badge-reissued"] = Membership,
        ["badge-revoked"] = Membership,
        ["guardian-consented"] = Membership,
        ["guardian-consent-withdrawn"] = Membership,
        ["role-granted"] = Membership,
        ["role-taken"] = Membership,
        ["membership-asked"] = Membership,
        ["membership-accepted"] = Membership,
        ["membership-refused"] = Membership,
        ["tariff-asked"] = Membership,
        ["tariff-accepted"] = Membership,
        ["tariff-refused"] = Membership,
        ["tariff-ends"] = Membership,
        ["request-waits"] = Machines,
        ["request-waits-series"] = Machines,
        ["fault-reported"] = Machines,
        ["outage-overdue"] = Machines,
        ["fault-closed"] = Machines,
    }.ToFrozenDictionary();
}
