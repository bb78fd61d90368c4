using System.Globalization;
using Fablab.Web.Components;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Feeds.Inviting;
using Fablab.Web.Hosting;
using Fablab.Web.Resources;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;
using MimeKit;
using NodaTime;

namespace Fablab.Web.Features.Notices.Mailing;

/// <summary>What the reader of a mail can do with one click.</summary>
/// <param name="Code">Names the button's words: <c>Act.{Code}</c>.</param>
/// <param name="Address">Below our own address: <c>/offers/…</c></param>
internal sealed record MailAct(string Code, string Address);

/// <summary>Makes the act of one kind of mail, registered by the mail's code; secrets in it are made only now.</summary>
internal interface IMailActs
{
    /// <returns><see langword="null"/> when there is nothing to do any more and the mail would only confuse.</returns>
    Task<MailAct?> ActAsync(MailRow mail, CancellationToken ct);
}

/// <summary>A mail that can go, one that must wait, or neither when it is dropped.</summary>
internal readonly record struct ComposedMail(MimeMessage? Message, Instant? NotBefore);

/// <summary>Decides whether a mail goes now, and writes it in its reader's language.</summary>
internal sealed class ComposeMail(
    FablabDb db, NoticeLines lines, MailDrawing drawing, IServiceProvider services, IStringLocalizer<MailTexts> texts, IStringLocalizer<AccountTexts> notices, CalendarInvitations calendars,
    QuietTime quiet, IOptions<MailOptions> options, IOptions<WebOptions> web)
{
    private static ComposedMail Dropped => default;

    public async Task<ComposedMail> ExecuteAsync(MailRow mail, CancellationToken ct)
    {
        // A member's mail goes to where their account says now, unless it is about another mailbox; somebody whom the lab does not know has theirs in the mail.
        var id = mail.Member?.Value;
        var account = id is null ? null : await db.Users.AsNoTracking().SingleOrDefaultAsync(user => user.Id == id, ct);
        if ((id is not null && account is null ? null : mail.Address ?? account?.Email) is not { } address || !MailboxAddress.TryParse(address, out _))
        {
            return Dropped;
        }

        if (account is not null && NoticeCodes.TopicOf.TryGetValue(mail.Code, out var topic))
        {
            if (account.UnwantedMail.Contains(topic))
            {
                return Dropped;
            }

            if (quiet.EndFor(account) is { } end)
            {
                return new ComposedMail(null, end);
            }
        }

        var act = mail.Facts.GetValueOrDefault("link") is { } link ? new MailAct("open", link) : null;
        if (services.GetKeyedService<IMailActs>(mail.Code) is { } acts)
        {
            act = await acts.ActAsync(mail, ct);
            if (act is null)
            {
                return Dropped;
            }
        }

        // Before the line, whose days and names follow the language.
        (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (LanguageOf(mail, account), LanguageOf(mail, account));
        var line = (await lines.OfAsync([(mail.Code, mail.Facts)], ct))[0];
        return new ComposedMail(await WriteAsync(mail, account, address, line, act, ct), null);
    }

    private static CultureInfo LanguageOf(MailRow mail, Account? account) => Language.Of(account is null ? mail.Facts.GetValueOrDefault("language") : account.Language ?? account.SeenLanguage) ?? Language.French;

    private async Task<MimeMessage> WriteAsync(MailRow mail, Account? account, string address, NoticeLine line, MailAct? act, CancellationToken ct)
    {
        var isNotice = NoticeCodes.TopicOf.ContainsKey(mail.Code);
        var content = new MailContent(
            (account?.DisplayName ?? mail.Name) is { } name ? texts["Greeting", name] : texts["Greeting.unknown"],
            isNotice ? line.InWords(notices) : texts[$"Text.{mail.Code}", line.About, mail.Facts.GetValueOrDefault("about", ""), line.When],
            act is null ? null : (texts[$"Act.{act.Code}"], Absolute(act.Address)),
            account is null && mail.Code is not ("site-invitation" or "guardian-consent") ? (texts["Why.unknown"], Absolute("/")) : WhyOf(mail.Code));
        var words = new BodyBuilder { TextBody = content.AsText(), HtmlBody = await drawing.DrawAsync(content, CultureInfo.CurrentCulture) }.ToMessageBody();
        var message = new MimeMessage
        {
            MessageId = $"{mail.Id:n}@{web.Value.Address.Host}",
            Date = mail.CreatedAt.ToDateTimeOffset(),
            Subject = texts[$"Subject.{mail.Code}", line.About],
            Body = await calendars.WithEntryAsync(mail, address, words, ct),
        };
        message.From.Add(MailboxAddress.Parse(options.Value.From));
        message.To.Add(new MailboxAddress(account?.DisplayName ?? mail.Name ?? "", address));
        if (options.Value.ReplyTo is { } replies)
        {
            message.ReplyTo.Add(MailboxAddress.Parse(replies));
        }

        // Nobody's "I am away" should come back to the lab (RFC 3834).
        message.Headers.Add("Auto-Submitted", "auto-generated");
        return message;
    }

    private (string Words, string Address) WhyOf(string code) => code switch
    {
        _ when NoticeCodes.TopicOf.ContainsKey(code) => (texts["Why.notice"], Absolute("/account")),
        "guardian-consent" => (texts["Why.guardian"], Absolute("/")),
        "site-invitation" or "account-imported" => (texts["Why.invited"], Absolute("/")),
        "erasure-asked" or "erasure-by-staff" or "erasure-cancelled" or "erasure-waits" or "account-unused" => (texts["Why.privacy"], Absolute("/account/privacy")),
        "password-changed" or "security-changed" or "address-change-asked" or "address-changed" or "address-left" => (texts["Why.security"], Absolute("/account/security")),
        _ => (texts["Why.asked"], Absolute("/")),
    };

    private string Absolute(string address) => new Uri(web.Value.Address, address).ToString();

}

/// <summary>The words of a mail.</summary>
/// <param name="Act">A button: its words and its address.</param>
/// <param name="Why">Why the reader gets this, and the address where they change that.</param>
public sealed record MailContent(string Greeting, string Text, (string Words, string Address)? Act, (string Words, string Address) Why)
{
    public string AsText() => Act is { } act
        ? $"{Greeting}\n\n{Text}\n\n{act.Words}: {act.Address}\n\n-- \n{Why.Words} {Why.Address}\n"
        : $"{Greeting}\n\n{Text}\n\n-- \n{Why.Words} {Why.Address}\n";
}
