using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace Fablab.Web.Features.LiveBoard.Streaming;

/// <summary>
/// Draws the live parts of pages outside a request, with the components the pages use. What several people watch in one
/// language is drawn once and handed to all of them.
/// </summary>
internal sealed class LiveFragments(IServiceScopeFactory scopes, ILoggerFactory logs)
{
    private readonly ConcurrentDictionary<(string Part, string Culture), Drawn> drawn = new();
    private long stamp;

    /// <summary>A moment in the order of changes and drawings; it needs no clock.</summary>
    public long Mark() => Interlocked.Increment(ref stamp);

    /// <param name="part">Names the drawing for who shares it; as many names as machines and views, so this stays small.</param>
    /// <param name="changed">The <see cref="Mark"/> of the newest change that must be in it.</param>
    public Task<string?> SharedAsync(string part, CultureInfo culture, long changed, Func<IServiceProvider, CancellationToken, Task<LiveDrawing?>> load)
    {
        var key = (part, culture.Name);
        if (drawn.TryGetValue(key, out var known) && known.Stamp > changed)
        {
            return known.Html;
        }

        // Not bound to one watcher's request: the others want it too.
        var fresh = new Drawn(Mark(), new Lazy<Task<string?>>(() => DrawAsync(culture, load, CancellationToken.None)));
        return drawn.AddOrUpdate(key, fresh, (_, other) => other.Stamp > changed ? other : fresh).Html;
    }

    public async Task<string?> DrawAsync(CultureInfo culture, Func<IServiceProvider, CancellationToken, Task<LiveDrawing?>> load, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        if (await load(scope.ServiceProvider, ct) is not { } drawing)
        {
            return null;
        }

        await using var renderer = new HtmlRenderer(scope.ServiceProvider, logs);
        return await renderer.Dispatcher.InvokeAsync(async () =>
        {
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (culture, culture);
            var root = await renderer.RenderComponentAsync(drawing.Component, ParameterView.FromDictionary(new Dictionary<string, object?>(drawing.Parameters)));
            return root.ToHtmlString().Trim();
        });
    }

    private sealed record Drawn(long Stamp, Lazy<Task<string?>> Drawing)
    {
        public Task<string?> Html => Drawing.Value;
    }
}

/// <summary>A component and what it is given.</summary>
internal sealed record LiveDrawing(Type Component, IReadOnlyDictionary<string, object?> Parameters)
{
    public static LiveDrawing Of<TComponent>(string parameter, object value)
        where TComponent : IComponent => new(typeof(TComponent), new Dictionary<string, object?> { [parameter] = value });
}
