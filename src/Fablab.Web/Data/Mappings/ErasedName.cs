using System.Globalization;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Fablab.Web.Data.Mappings;

/// <summary>
/// The name of somebody who was erased. The column holds a sign that nobody can type and the end of their id; whoever reads it, page, API or
/// document, gets "Erased member 7F3A" in the language of the reader. Read here, so that no page can forget it.
/// </summary>
internal static class ErasedName
{
    /// <summary>Unit separator; <see cref="StorableText"/> lets nobody type one.</summary>
    public const char Sign = '\u001F';

    public static string Of(Guid member) => $"{Sign}{member.ToString("N")[^4..].ToUpperInvariant()}";

    public static string Read(string stored) => stored is not [Sign, .. var end] ? stored
        : CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "fr" ? $"Membre effacé {end}" : $"Erased member {end}";
}

internal sealed class ErasedNameConverter() : ValueConverter<string, string>(name => name, stored => ErasedName.Read(stored));
