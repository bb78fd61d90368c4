using System.Globalization;
using Fablab.Web.Features.LiveBoard.Streaming;
using NodaTime;

namespace Fablab.Web.Features.Machines.Watching;

/// <summary><c>?site=</c> for the cards of a site, <c>?machine=</c> for the panel on a machine's page. Open to everybody signed in, as the pages are.</summary>
internal sealed class MachineViews(ReadMachines machines, LiveFragments fragments, IDateTimeZoneProvider zones) : ILiveViewSource
{
    public async Task<LiveView?> FindAsync(IQueryCollection query, CultureInfo culture, CancellationToken ct) =>
        (query["site"].ToString(), query["machine"].ToString(), query.Count) switch
        {
            ({ Length: > 0 } site, _, 1) => await OfSiteAsync(site, culture, ct),
            (_, { Length: > 0 } machine, 1) => await OfMachineAsync(machine, culture, ct),
            _ => null,
        };

    private async Task<LiveView?> OfSiteAsync(string site, CultureInfo culture, CancellationToken ct)
    {
        var views = await machines.MachinesAsync(site, ct);
        return views.Count == 0 ? null : new LiveView(
            [.. views.Select(view => view.Machine.Code)],
            zones[views[0].Site.TimeZone],
            (machine, mark, _) => fragments.SharedAsync($"card:{machine}", culture, mark, (services, token) => CardAsync<MachineCard>(services, machine, token)));
    }

    private async Task<LiveView?> OfMachineAsync(string code, CultureInfo culture, CancellationToken ct) =>
        await machines.MachineAsync(code, ct) is not { } view ? null : new LiveView(
            [code],
            zones[view.Site.TimeZone],
            (machine, mark, _) => fragments.SharedAsync($"now:{machine}", culture, mark, (services, token) => CardAsync<MachineNow>(services, machine, token)));

    private static async Task<LiveDrawing?> CardAsync<TCard>(IServiceProvider services, string machine, CancellationToken ct)
        where TCard : Microsoft.AspNetCore.Components.IComponent =>
        await services.GetRequiredService<MachineCards>().OfMachineAsync(machine, ct) is { } card ? LiveDrawing.Of<TCard>("Card", card) : null;
}
