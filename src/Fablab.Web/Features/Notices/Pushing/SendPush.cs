using System.Net;
using System.Text.Json;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Notices.Mailing;
using Lib.Net.Http.WebPush;
using Lib.Net.Http.WebPush.Authentication;
using Microsoft.Extensions.Options;
using MimeKit;

namespace Fablab.Web.Features.Notices.Pushing;

/// <summary>What a browser shows.</summary>
/// <param name="Url">A path of ours that a click opens.</param>
/// <param name="Tag">The same notice twice is shown once.</param>
public sealed record PushContent(string Title, string Body, string Url, string Tag, string Lang);

/// <summary>How a push service answered.</summary>
internal enum PushAnswer
{
    Taken,

    /// <summary>The browser does not want to hear from us any more.</summary>
    Gone,

    /// <summary>This one will never be taken.</summary>
    Refused,
    TryLater,
}

/// <summary>Hands one notice to a push service, encrypted for the browser (RFC 8291) and signed by our key (RFC 8292).</summary>
internal sealed partial class SendPush(IHttpClientFactory clients, PushKeys keys, PushSubscriptions subscriptions, IOptions<PushOptions> options, IOptions<MailOptions> mail, ILogger<SendPush> log)
{
    public const string Client = "push";

    private const int LongestBody = 500;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public async Task<PushAnswer> ExecuteAsync(PushSubscriptionRow to, PushContent content, CancellationToken ct)
    {
        var (publicKey, privateKey) = await keys.PairAsync(ct);
        using var authentication = new VapidAuthentication(publicKey, privateKey) { Subject = $"mailto:{MailboxAddress.Parse(mail.Value.From).Address}" };
        var subscription = new PushSubscription { Endpoint = to.Endpoint };
        subscription.SetKey(PushEncryptionKeyName.P256DH, to.PublicKey);
        subscription.SetKey(PushEncryptionKeyName.Auth, subscriptions.SecretOf(to));
        var body = content.Body.Length > LongestBody ? $"{content.Body[..LongestBody]}…" : content.Body;
        var message = new PushMessage(JsonSerializer.Serialize(content with { Body = body }, Json))
        {
            TimeToLive = options.Value.GiveUpAfterHours * 3600, Urgency = PushMessageUrgency.Normal,
        };
        try
        {
            var service = new PushServiceClient(clients.CreateClient(Client)) { AutoRetryAfter = false };
            await service.RequestPushMessageDeliveryAsync(subscription, message, authentication, VapidAuthenticationScheme.Vapid, ct);
            return PushAnswer.Taken;
        }
        catch (PushServiceClientException answered)
        {
            LogAnswered(to.Id, (int)answered.StatusCode);
            return AnswerOf(answered.StatusCode);
        }
        catch (Exception error) when (error is HttpRequestException or IOException || (error is OperationCanceledException && !ct.IsCancellationRequested))
        {
            LogUnreached(to.Id, error.GetType().Name);
            return PushAnswer.TryLater;
        }
    }

    private static PushAnswer AnswerOf(HttpStatusCode status) => status switch
    {
        HttpStatusCode.NotFound or HttpStatusCode.Gone => PushAnswer.Gone,
        HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError => PushAnswer.TryLater,
        _ => PushAnswer.Refused,
    };

    [LoggerMessage(Level = LogLevel.Information, Message = "The push service of subscription {Subscription} answered {Status}")]
    private partial void LogAnswered(Guid subscription, int status);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The push service of subscription {Subscription} could not be reached: {Reason}")]
    private partial void LogUnreached(Guid subscription, string reason);
}
