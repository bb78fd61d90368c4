using Fablab.Web.Tests.Testing;

namespace Fablab.Web.Tests;

/// <summary>In the outermost namespace, so that it ends the whole run.</summary>
[SetUpFixture]
public sealed class EndOfTheRun
{
    [OneTimeTearDown]
    public void Stop_what_was_started() => Postgres.Stop();
}
