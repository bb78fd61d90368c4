namespace Fablab.Scenarios.Tests.Lab;

/// <summary>How long the tests wait before they give up. All are far above what an idle computer needs: none decides a verdict when all is well.</summary>
internal static class Limits
{
    /// <summary>A program starts: the first start makes a database and fills it.</summary>
    public static readonly TimeSpan Start = TimeSpan.FromSeconds(90);

    /// <summary>One answer of a program.</summary>
    public static readonly TimeSpan Answer = TimeSpan.FromSeconds(30);

    /// <summary>Web and bridge find each other again; the longest pause between two tries is 30 s.</summary>
    public static readonly TimeSpan Reunion = TimeSpan.FromSeconds(90);

    /// <summary>A print of ten seconds begins, or ends and is accounted for.</summary>
    public static readonly TimeSpan Print = TimeSpan.FromSeconds(120);

    /// <summary>A plug that nobody renews opens by itself after 12 s (docs/protocol.md, 5.3); the rest is for looking.</summary>
    public static readonly TimeSpan DeadMan = TimeSpan.FromSeconds(30);

    /// <summary>A killed process is gone.</summary>
    public static readonly TimeSpan Death = TimeSpan.FromSeconds(10);
}
