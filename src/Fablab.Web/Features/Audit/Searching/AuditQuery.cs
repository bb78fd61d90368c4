using Fablab.Domain.Members;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Mvc;
using NodaTime;
using NodaTime.Text;

namespace Fablab.Web.Features.Audit.Searching;

/// <summary>What is looked for, as it stands in the address.</summary>
internal sealed record AuditQuery
{
    /// <summary>Code of an action, <c>reservation-cancelled</c>.</summary>
    [FromQuery(Name = "action")]
    public string? Action { get; init; }

    /// <summary>Kind and id, or the kind alone.</summary>
    [FromQuery(Name = "subject")]
    public string? Subject { get; init; }

    /// <summary>Code of a machine.</summary>
    [FromQuery(Name = "machine")]
    public string? Machine { get; init; }

    /// <summary>Code of a site.</summary>
    [FromQuery(Name = "site")]
    public string? Site { get; init; }

    /// <summary>Who did it, or whose thing it was.</summary>
    [FromQuery(Name = "member")]
    public Guid? Member { get; init; }

    /// <summary>Instant with <c>Z</c>.</summary>
    [FromQuery(Name = "from")]
    public string? From { get; init; }

    /// <summary>Instant with <c>Z</c>, no longer part of it.</summary>
    [FromQuery(Name = "until")]
    public string? Until { get; init; }

    /// <exception cref="BadHttpRequestException">An instant cannot be read.</exception>
    public AuditSearch ToSearch() => new()
    {
        Action = Word(Action), Subject = Word(Subject), Machine = Word(Machine), Site = Word(Site), Member = Member, From = Read(From, "from"), Until = Read(Until, "until"),
    };

    private static string? Word(string? text) => string.IsNullOrWhiteSpace(text) ? null : Data.StorableText.Of(text.Trim());

    private static Instant? Read(string? text, string name) => string.IsNullOrWhiteSpace(text) ? null
        : InstantPattern.ExtendedIso.Parse(text).TryGetValue(default, out var instant) && LabClock.IsPlausible(instant) ? instant
        : throw new BadHttpRequestException($"'{name}' is no instant, as 2026-03-02T08:00:00Z is.");
}
