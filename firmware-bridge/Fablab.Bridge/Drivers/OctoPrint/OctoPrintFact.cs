namespace Fablab.Bridge.Drivers.OctoPrint;

/// <summary>Something that became known of an OctoPrint. All times are on the driver's monotonic clock.</summary>
internal abstract record OctoPrintFact;

/// <param name="AskedAt">When the question was sent; null for what OctoPrint pushed by itself.</param>
internal sealed record SnapshotSeen(Snapshot Snapshot, TimeSpan? AskedAt) : OctoPrintFact;

/// <summary><c>/api/printer</c> answered 409: no printer is connected. Why, only <c>/api/job</c> tells.</summary>
internal sealed record NotOperationalSeen : OctoPrintFact;

/// <summary>State text of <c>/api/connection</c>.</summary>
internal sealed record ConnectionSeen(string? StateText) : OctoPrintFact;

/// <summary>What <c>/api/printer/error</c> holds. A lost serial line and M112 leave it empty.</summary>
internal sealed record PrinterErrorSeen(string? Reason, string? Error) : OctoPrintFact;

/// <summary>Book-keeping of one file; no last print when it never ran or is not there.</summary>
internal sealed record FileSeen(string Path, LastPrint? LastPrint, TimeSpan AskedAt) : OctoPrintFact;

internal sealed record EventSeen(OctoPrintEvent Event) : OctoPrintFact;

/// <summary>A question got no usable answer.</summary>
internal sealed record AskingFailed(string Why) : OctoPrintFact;

/// <summary>We are about to ask for a start.</summary>
internal sealed record StartAsked(string Path) : OctoPrintFact;

/// <summary>We are about to ask for a cancel.</summary>
internal sealed record CancelAsked : OctoPrintFact;

/// <summary>The cancel we asked for was refused, so a later cancel is not ours.</summary>
internal sealed record CancelRefused : OctoPrintFact;
