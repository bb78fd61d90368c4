using System.ComponentModel.DataAnnotations;
using Fablab.Domain.Presence;
using Microsoft.Extensions.Options;
using NodaTime;

namespace Fablab.Web.Features.Presence;

/// <summary>Visits, and the kiosks at which people come and go.</summary>
internal sealed class PresenceOptions
{
    public const string Section = "Presence";

    /// <summary>A badge held to a kiosk again within so many seconds changes nothing (0 to 300).</summary>
    [Range(0, 300)]
    public int RepeatedTapSeconds { get; set; } = 15;

    /// <summary>An open visit is closed so many minutes after the site's closing time (0 to 720).</summary>
    [Range(0, 720)]
    public int ClosingMarginMinutes { get; set; } = 30;

    /// <summary>However long the site is open, an open visit is closed after so many hours (1 to 72).</summary>
    [Range(1, 72)]
    public int LongestVisitHours { get; set; } = 14;

    /// <summary>Visits are deleted so many days after they ended (1 to 3650): they tell where somebody was.</summary>
    [Range(1, 3_650)]
    public int VisitDays { get; set; } = 90;

    /// <summary>Members may say from their own page that they are in. They may always say that they left.</summary>
    public bool MembersTellThemselvesIn { get; set; }

    /// <summary>Whoever badged at a machine's kiosk is known there for so many seconds after what they did last (15 to 600).</summary>
    [Range(15, 600)]
    public int IdentifiedSeconds { get; set; } = 30;

    /// <summary>What a kiosk says to somebody stays for so many seconds (3 to 120).</summary>
    [Range(3, 120)]
    public int GreetingSeconds { get; set; } = 8;

    /// <summary>Wrong PINs of one member at one kiosk within <see cref="GuessMinutes"/> (1 to 20).</summary>
    [Range(1, 20)]
    public int MostPinGuesses { get; set; } = 5;

    /// <summary>Wrong guesses of badges, and wrong PINs of all members together, at one kiosk within <see cref="GuessMinutes"/> (3 to 1000).</summary>
    [Range(3, 1_000)]
    public int MostGuesses { get; set; } = 30;

    /// <summary>How long wrong guesses count, in minutes (1 to 1440).</summary>
    [Range(1, 1_440)]
    public int GuessMinutes { get; set; } = 15;

    public Duration RepeatedTap => Duration.FromSeconds(RepeatedTapSeconds);

    public VisitLimits Limits => new(Duration.FromMinutes(ClosingMarginMinutes), Duration.FromHours(LongestVisitHours));
}

[OptionsValidator]
internal sealed partial class PresenceOptionsValidator : IValidateOptions<PresenceOptions>;
