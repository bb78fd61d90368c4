using System.ComponentModel.DataAnnotations;

namespace Fablab.Web.Features.Privacy.Retaining;

/// <summary>How long what is not a record of the lab is kept.</summary>
internal sealed class RetentionOptions
{
    /// <summary>Answers to requests with an Idempotency-Key, in hours (1 to 720).</summary>
    [Range(1, 720)]
    public int IdempotentAnswerHours { get; set; } = 24;

    /// <summary>Notices to members and what became of their mails, in days (1 to 3650).</summary>
    [Range(1, 3_650)]
    public int NoticeDays { get; set; } = 395;

    /// <summary>Access tokens and browser sessions after they ended, in days (1 to 3650).</summary>
    [Range(1, 3_650)]
    public int DeadTokenDays { get; set; } = 90;

    /// <summary>The network addresses that the audit keeps beside its entries, in days (1 to 3650). The entries themselves stay.</summary>
    [Range(1, 3_650)]
    public int AuditAddressDays { get; set; } = 365;

    /// <summary>Quarantined messages and records of bridges, in days (1 to 3650).</summary>
    [Range(1, 3_650)]
    public int QuarantineDays { get; set; } = 395;

    /// <summary>Job files that wait for no reservation, in days after they were last sent (1 to 3650).</summary>
    [Range(1, 3_650)]
    public int JobFileDays { get; set; } = 60;

    /// <summary>Invitations to the site or into an organisation after they were used, withdrawn or ran out, in days (1 to 3650).</summary>
    [Range(1, 3_650)]
    public int InvitationDays { get; set; } = 30;

    /// <summary>What staff noted as proof of a tariff group, after its last day, in days (1 to 3650).</summary>
    [Range(1, 3_650)]
    public int ProofDays { get; set; } = 395;

    /// <summary>Documents that members showed for a tariff group, after the yes or no, in days (0 to 3650); the request itself goes by <see cref="ProofDays"/>.</summary>
    [Range(0, 3_650)]
    public int ProofFileDays { get; set; } = 30;

    /// <summary>Names of guests who came along to a reservation, after its end, in days (1 to 3650).</summary>
    [Range(1, 3_650)]
    public int GuestNameDays { get; set; } = 90;

    /// <summary>Registrations whose mail address nobody confirmed, in days (1 to 3650).</summary>
    [Range(1, 3_650)]
    public int UnconfirmedAccountDays { get; set; } = 30;

    /// <summary>Accounts that nobody uses, in days after the last sign-in and the last booking (90 to 3650).</summary>
    [Range(90, 3_650)]
    public int InactiveAccountDays { get; set; } = 1_095;

    /// <summary>Days before that end on which their owner is told (7 to 60).</summary>
    [Range(7, 60)]
    public int InactiveNoticeDays { get; set; } = 30;
}
