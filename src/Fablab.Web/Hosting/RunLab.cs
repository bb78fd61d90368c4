using Microsoft.Extensions.Options;

namespace Fablab.Web.Hosting;

internal static class RunLab
{
    private const int CannotStart = 78;   // EX_CONFIG of sysexits: a service manager need not try again

    /// <summary>Runs until asked to stop. What an operator can mend is told as a sentence, not as a stack trace.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunUntilStoppedAsync(this WebApplication app)
    {
        try
        {
            await app.RunAsync();
            return 0;
        }
        catch (Exception error) when (Sentence(error) is { } sentence)
        {
            await Console.Error.WriteLineAsync($"Fablab cannot start. {sentence}");
            return CannotStart;
        }
    }

    private static string? Sentence(Exception error) => error switch
    {
        StartRefusedException refused => refused.Message,
        OptionsValidationException invalid => string.Join(" ", invalid.Failures),
        InvalidOperationException { Source: "Microsoft.Extensions.Configuration.Binder" } binding => binding.Message,
        _ => null,
    };
}
