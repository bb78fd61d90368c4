namespace Fablab.Web.Tests.Messaging;

/// <summary>The one bound for waiting on other threads, sockets and processes: long, so that a busy machine fails no test.</summary>
internal static class Soon
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static Task<T> Soonest<T>(this Task<T> task) => task.WaitAsync(Limit);

    public static Task Soonest(this Task task) => task.WaitAsync(Limit);
}
