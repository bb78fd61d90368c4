using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace Fablab.Web.Features.Notices.Mailing;

/// <summary>The key in the address of a link in a mail: what it was made for, sealed by data protection so that nobody else makes one.</summary>
/// <param name="purpose">A key for one purpose opens nothing of another.</param>
internal sealed class MailLinkSeal(IDataProtectionProvider protection, string purpose)
{
    private readonly IDataProtector protector = protection.CreateProtector(purpose);

    public string Seal(ReadOnlySpan<byte> content) => Base64Url.EncodeToString(protector.Protect(content.ToArray()));

    public string Seal(Guid id) => Seal(id.ToByteArray());

    /// <param name="length">Of what was sealed, in bytes.</param>
    /// <returns><see langword="null"/> for a key that is not ours.</returns>
    public byte[]? Open(string key, int length)
    {
        try
        {
            return protector.Unprotect(Base64Url.DecodeFromChars(key)) is { } content && content.Length == length ? content : null;
        }
        catch (Exception error) when (error is CryptographicException or FormatException)
        {
            return null;
        }
    }

    public Guid? OpenId(string key) => Open(key, 16) is { } id ? new Guid(id) : null;
}
