using Fablab.Web.Data;

namespace Fablab.Web.Tests.Testing;

/// <summary>The program as the operating system starts it, for starts that fail.</summary>
internal static class ProgramRun
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <returns>The exit code and what was written to the error stream.</returns>
    public static async Task<(int ExitCode, string Error)> UntilItEndsAsync(params string[] arguments)
    {
        var error = new StringWriter();
        var before = Console.Error;
        Console.SetError(error);
        try
        {
            var main = typeof(FablabDb).Assembly.EntryPoint!;
            string[] all = ["--urls", "http://127.0.0.1:0", "--Broker:Port=0", "--Demo:HostsMachines=false", "--Demo:HostsBridges=false", .. arguments];
            var code = await Task.Run(() => (int)main.Invoke(null, [all])!).WaitAsync(Limit);
            return (code, error.ToString());
        }
        finally
        {
            Console.SetError(before);
        }
    }
}
