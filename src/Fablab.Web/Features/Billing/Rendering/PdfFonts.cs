using SkiaSharp;

namespace Fablab.Web.Features.Billing.Rendering;

/// <summary>The fonts that are shipped: a server without fonts would otherwise draw no text and say nothing.</summary>
internal static class PdfFonts
{
    public static readonly SKTypeface Regular = Load("LiberationSans-Regular.ttf");

    public static readonly SKTypeface Bold = Load("LiberationSans-Bold.ttf");

    private static SKTypeface Load(string font)
    {
        using var stream = typeof(PdfFonts).Assembly.GetManifestResourceStream($"Fonts/{font}")
            ?? throw new InvalidOperationException($"The font {font} is not in the program.");
        return SKTypeface.FromStream(stream);
    }
}
