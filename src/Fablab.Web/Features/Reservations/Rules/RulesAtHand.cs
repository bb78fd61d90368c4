using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Rules;
using Fablab.Web.Data.Rows;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Rules;

/// <summary>The rules that apply to a member at a machine, and by which clock.</summary>
internal sealed record RulesAtHand(EffectiveRules Rules, BookingSubject Subject, DateTimeZone Zone)
{
    public Duration SetUp(MachinePolicy policy) => Rules.SetUp?.Value ?? policy.SetUp;

    public Duration CleanUp(MachinePolicy policy) => Rules.CleanUp?.Value ?? policy.CleanUp;

    /// <summary>What a booking made now agrees on.</summary>
    public BookingTerms TermsFor(MachinePolicy policy) => new()
    {
        Grace = Rules.Cancellation?.Value.Grace ?? policy.Grace,
        SetUp = SetUp(policy),
        CleanUp = CleanUp(policy),
        Cancellation = Rules.Cancellation?.Value,
    };
}

/// <summary>What was read of a member and of the rule books of some sites: enough to tell the rules at any of their machines.</summary>
internal sealed record RuleReading
{
    public required MemberId Member { get; init; }

    public required IReadOnlyDictionary<SiteId, RuleBook> Books { get; init; }

    public IReadOnlyDictionary<SiteId, DateTimeZone> Zones { get; init; } = new Dictionary<SiteId, DateTimeZone>();

    public IReadOnlyList<TariffGroupId> Groups { get; init; } = [];

    public IReadOnlyList<OrganisationId> Organisations { get; init; } = [];

    /// <summary>No project is charged.</summary>
    public required bool IsPrivate { get; init; }

    /// <summary>No site has any rule, so nothing else needs to be known.</summary>
    public bool IsEmpty => Books.Values.All(book => book.Rules.Count == 0);

    /// <param name="machine">Or any unit of a pool: the rules of a pool are those of its units.</param>
    public RulesAtHand At(MachineRow machine)
    {
        var subject = new BookingSubject
        {
            Member = Member,
            Machine = machine.Id,
            Pool = machine.Pool,
            Category = machine.Category,
            Site = machine.Site,
            Groups = Groups,
            Organisations = Organisations,
            IsPrivate = IsPrivate,
        };
        return IsEmpty
            ? new RulesAtHand(EffectiveRules.None, subject, DateTimeZone.Utc)
            : new RulesAtHand(Books[machine.Site].For(subject), subject, Zones[machine.Site]);
    }
}

/// <summary>Who would book, and what it would be charged to.</summary>
/// <param name="At">When the member must belong to their groups.</param>
internal readonly record struct RuleAsker(MemberId Member, ProjectId? Project, Instant At);

/// <summary>A slot to be judged.</summary>
/// <param name="Facts">What is known besides the rules.</param>
/// <param name="Present">The reservation that would change.</param>
internal sealed record RuleQuestion(BookingFacts Facts, RulesAtHand AtHand, MachineRow Machine, TimeSlot Slot, ReservationId? Present = null)
{
    /// <summary>Whether to look for maintenance that is due; false when it is known that none is planned.</summary>
    public bool HasMaintenance { get; init; } = true;

    /// <summary>Members who come along.</summary>
    public IReadOnlyList<MemberId> Company { get; init; } = [];

    /// <summary>The member is known to hold a full authorisation for the machine that is valid until the end of the slot.</summary>
    public bool IsTrained { get; init; }

    /// <summary>What is known without asking.</summary>
    public IReadOnlyList<HeldAuthorisation> KnownAuthorisations => IsTrained ? [new HeldAuthorisation(Machine.Id, null)] : [];

    /// <summary>Whether the rules want to know more of the member's authorisations.</summary>
    public bool AsksForAuthorisations => !Facts.IsAuthorised
        || AtHand.Rules.Authorisations.Any(rule => !IsTrained || (rule.For is { } other && other != Machine.Id));
}
