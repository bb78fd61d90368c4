using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace Fablab.Web.Features.Notices.Mailing;

/// <summary>Draws the HTML of a mail.</summary>
internal sealed class MailDrawing(IServiceScopeFactory scopes, ILoggerFactory logs)
{
    public async Task<string> DrawAsync(MailContent content, CultureInfo culture)
    {
        await using var scope = scopes.CreateAsyncScope();
        await using var renderer = new HtmlRenderer(scope.ServiceProvider, logs);
        return await renderer.Dispatcher.InvokeAsync(async () =>
        {
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (culture, culture);
            var root = await renderer.RenderComponentAsync<MailPage>(ParameterView.FromDictionary(new Dictionary<string, object?> { [nameof(MailPage.Content)] = content }));
            return root.ToHtmlString().Trim();
        });
    }
}
