using Fablab.Web.Data;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Options;
using MimeKit;

namespace Fablab.Web.Features.Notices.Mailing;

/// <summary>Takes mails away.</summary>
internal interface IMailPost
{
    /// <summary>For several mails one after the other.</summary>
    Task<IMailRound> OpenAsync(CancellationToken ct);
}

internal interface IMailRound : IAsyncDisposable
{
    /// <summary>Returns when the mail is taken over; throws otherwise.</summary>
    /// <exception cref="MailRefusedException">For good: this mail will never be taken.</exception>
    Task SendAsync(MimeMessage message, CancellationToken ct);
}

/// <summary>The mail server refused this mail for good (a 5xx answer to its addresses or its text). The message is the answer's number; its words may hold an address.</summary>
internal sealed class MailRefusedException(string message, Exception inner) : Exception(message, inner);

/// <summary>Hands mails to a mail server (SMTP, RFC 5321).</summary>
internal sealed class SmtpPost(IOptions<MailOptions> options) : IMailPost
{
    public async Task<IMailRound> OpenAsync(CancellationToken ct)
    {
        var mail = options.Value;
        var client = new SmtpClient { Timeout = mail.TimeoutSeconds * 1000 };
        try
        {
            var security = mail.Security switch
            {
                MailSecurity.None => SecureSocketOptions.None,
                MailSecurity.StartTls => SecureSocketOptions.StartTls,
                _ => SecureSocketOptions.SslOnConnect,
            };
            await client.ConnectAsync(mail.Host!, mail.Port, security, ct);
            if (mail.User is { } user)
            {
                await client.AuthenticateAsync(user, mail.Password ?? "", ct);
            }

            return new Round(client);
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    private sealed class Round(SmtpClient client) : IMailRound
    {
        public async Task SendAsync(MimeMessage message, CancellationToken ct)
        {
            try
            {
                await client.SendAsync(message, ct);
            }
            catch (SmtpCommandException error) when (IsForGood(error))
            {
                throw new MailRefusedException($"{(int)error.StatusCode}", error);
            }
        }

        public async ValueTask DisposeAsync()
        {
            try
            {
                if (client.IsConnected)
                {
                    await client.DisconnectAsync(quit: true);
                }
            }
            catch (Exception error) when (error is IOException or MailKit.ProtocolException or MailKit.CommandException)
            {
                // What was sent is sent; a farewell that fails changes nothing.
            }

            client.Dispose();
        }

        // Of the mail itself; being let in or not is the operator's trouble and passes.
        private static bool IsForGood(SmtpCommandException error) =>
            (int)error.StatusCode >= 500
            && error.ErrorCode is SmtpErrorCode.RecipientNotAccepted or SmtpErrorCode.MessageNotAccepted;
    }
}

/// <summary>Writes mails as files that mail programs open, <c>mail/{message id}.eml</c> in the data folder. A repeat writes the same file.</summary>
internal sealed class FolderPost(DataFolder folder) : IMailPost
{
    public Task<IMailRound> OpenAsync(CancellationToken ct) => Task.FromResult<IMailRound>(new Round(folder.Folder("mail")));

    private sealed class Round(string path) : IMailRound
    {
        public async Task SendAsync(MimeMessage message, CancellationToken ct)
        {
            var name = message.MessageId!.Split('@')[0];
            var (part, whole) = (Path.Combine(path, $"{name}.part"), Path.Combine(path, $"{name}.eml"));
            await message.WriteToAsync(part, ct);
            File.Move(part, whole, overwrite: true);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
