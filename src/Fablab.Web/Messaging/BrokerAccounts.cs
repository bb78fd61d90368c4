using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Fablab.Contracts;
using Fablab.Mqtt;
using Fablab.Web.Data.Rows;
using Fablab.Web.Messaging.Broker;
using Microsoft.Extensions.Options;

namespace Fablab.Web.Messaging;

/// <summary>
/// Who may enter the embedded broker: the web itself with a password that lives as long as the process, each bridge with the
/// password derived from its key, and each MQTT device of a bridge.
/// </summary>
internal sealed class BrokerAccounts(MachineDirectory directory, BridgeKeys keys, IEnumerable<GuestDevices> guests) : IBrokerCredentials
{
    public const string ServerUser = "fablab-server";

    public string ServerPassword { get; } = Convert.ToHexString(RandomNumberGenerator.GetBytes(32));

    public async ValueTask<BrokerPrincipal?> FindAsync(string user, string password, CancellationToken ct)
    {
        var known = await AccountAsync(user, ct);

        // An unknown user costs the same comparison as a known one.
        var isRight = CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(Encoding.UTF8.GetBytes(password)),
            SHA256.HashData(Encoding.UTF8.GetBytes(known?.Password ?? ServerPassword)));
        if (known is null)
        {
            return null;
        }

        return isRight || (known.Value.Principal is DevicePrincipal && guests.Any(guest => guest.Accepts(password))) ? known.Value.Principal : null;
    }

    /// <summary>Every account but the web's own, for a broker outside this process.</summary>
    public async IAsyncEnumerable<(string User, BrokerPrincipal Principal, string Password)> OfBridgesAndDevicesAsync([EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var (address, bridge) in await directory.BridgesAsync(ct))
        {
            yield return (bridge.Code, new BridgePrincipal(address.Site, address.Bridge, bridge.DeviceTopics), keys.Of(bridge).MqttPassword);
            foreach (var topic in bridge.DeviceTopics)
            {
                var guest = guests.FirstOrDefault();
                yield return (topic, new DevicePrincipal(topic, bridge.Code), guest?.Password ?? keys.Of(bridge).DevicePassword(topic));
            }
        }
    }

    private async ValueTask<(BrokerPrincipal Principal, string Password)?> AccountAsync(string user, CancellationToken ct)
    {
        if (user == ServerUser)
        {
            return (new ServerPrincipal(), ServerPassword);
        }

        foreach (var (address, bridge) in await directory.BridgesAsync(ct))
        {
            if (bridge.Code == user)
            {
                return (new BridgePrincipal(address.Site, address.Bridge, bridge.DeviceTopics), keys.Of(bridge).MqttPassword);
            }

            if (bridge.DeviceTopics.Contains(user))
            {
                return (new DevicePrincipal(user, bridge.Code), keys.Of(bridge).DevicePassword(user));
            }
        }

        return null;
    }
}

/// <summary>A password that simulated devices of this process may use instead of their own, since they start before there is a database.</summary>
internal sealed record GuestDevices(string Password)
{
    public bool Accepts(string password) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(password), Encoding.UTF8.GetBytes(Password));
}

/// <summary>Where the web's own link goes: to the broker inside this process, or to the one the settings name.</summary>
internal sealed class BrokerWay(IOptions<MessagingOptions> messaging, IOptions<BrokerOptions> broker, BrokerAccounts accounts, IServiceProvider services)
{
    public MqttLinkOptions Link() => broker.Value.Embedded
        ? new MqttLinkOptions
        {
            Host = "127.0.0.1",
            Port = services.GetRequiredService<EmbeddedBroker>().OwnPort,
            ClientId = BrokerAccounts.ServerUser,
            User = BrokerAccounts.ServerUser,
            Password = accounts.ServerPassword,
        }
        : new MqttLinkOptions
        {
            Host = messaging.Value.Host,
            Port = messaging.Value.Port,
            Tls = messaging.Value.Tls,
            AuthorityPath = messaging.Value.AuthorityPath,
            ClientId = messaging.Value.User,
            User = messaging.Value.User,
            Password = messaging.Value.Password,
        };
}
