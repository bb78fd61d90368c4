using Fablab.Scenarios.Tests.Lab;

namespace Fablab.Scenarios.Tests;

/// <summary>What is skipped on a computer without it, by name, and is a failure in CI.</summary>
internal static class Needs
{
    public static void Mosquitto()
    {
        if (MosquittoProcess.IsInstalled)
        {
            return;
        }

        const string Missing = "Mosquitto is not installed; the package is called mosquitto (apt-get install mosquitto).";
        if (Environment.GetEnvironmentVariable("CI") == "true")
        {
            Assert.Fail(Missing);
        }

        Assert.Ignore(Missing);
    }
}
