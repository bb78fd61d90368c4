using Fablab.Web.Data.Rows;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Fablab.Web.Demo;

/// <summary>Fills the demo at the first start and tells at every start how to get in. In production a demo's password is refused.</summary>
internal sealed class DemoStart(IServiceScopeFactory scopes, IOptions<DemoOptions> demo, IOptions<WebOptions> web, IHostEnvironment environment) : IHostedService
{
    private static readonly (string Email, string Who)[] People =
    [
        (DemoIds.Maker, "maker, trained on all machines, in a start-up's project"),
        (DemoIds.SecondMaker, "maker without training"),
        (DemoIds.Newcomer, "waits to become a member of the site campus"),
        (DemoIds.AtelierManager, "manager of the site atelier"),
        (DemoIds.CampusManager, "manager of the site campus"),
        (DemoIds.Owner, "owner of the organisation Goéland Robotics"),
        (DemoIds.Administrator, "administrator"),
    ];

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var isEnabled = demo.Value.IsEnabledIn(environment);
        if (isEnabled)
        {
            await scope.ServiceProvider.GetRequiredService<DemoLab>().FillAsync(cancellationToken);
        }

        if (!await HasDemoAccountAsync(scope.ServiceProvider))
        {
            return;
        }

        if (!isEnabled)
        {
            throw new StartRefusedException(
                $"The database holds demo accounts with the password everybody knows ({DemoIds.Administrator}). Use another database in production, or set Demo:Enabled to true.");
        }

        await scope.ServiceProvider.GetRequiredService<BridgeFiles>().WriteAsync(cancellationToken);
        await TellAsync();
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static async Task<bool> HasDemoAccountAsync(IServiceProvider services)
    {
        var accounts = services.GetRequiredService<UserManager<Account>>();
        return await accounts.FindByEmailAsync(DemoIds.Administrator) is { } account && await accounts.CheckPasswordAsync(account, DemoIds.Password);
    }

    private async Task TellAsync()
    {
        var lines = People.Select(person => $"    {person.Email,-32} {person.Who}");
        await Console.Out.WriteLineAsync($"""

              Fablab demo: {web.Value.PublicAddress}
              Sign in with the password {DemoIds.Password} as
            {string.Join(Environment.NewLine, lines)}
              Kiosks at {web.Value.PublicAddress}/kiosk with the code {DemoPresence.DoorCode} (a door) or {DemoPresence.MillCode} (the mill); the maker's badge is {DemoPresence.BadgeNumber}

            """);
    }
}
