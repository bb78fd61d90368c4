namespace Fablab.Web.Messaging.Broker;

/// <summary>Who is on the other end of a connection, and with it what they may say and hear.</summary>
internal abstract record BrokerPrincipal;

/// <summary>The web itself. Several nodes may share one account.</summary>
internal sealed record ServerPrincipal : BrokerPrincipal;

/// <summary>A bridge, and the MQTT devices (relay plugs and the like) that it alone commands.</summary>
/// <param name="Devices">The devices' topics, such as <c>plug-laser-1</c>.</param>
internal sealed record BridgePrincipal(string Site, string Bridge, IReadOnlyList<string> Devices) : BrokerPrincipal;

/// <summary>A relay plug or meter that speaks MQTT by itself.</summary>
/// <param name="Topic">Its own level in <c>cmnd/…</c>, <c>stat/…</c> and <c>tele/…</c>, or in <c>shelly/…</c>.</param>
/// <param name="Bridge">The user name of the bridge that commands it.</param>
internal sealed record DevicePrincipal(string Topic, string Bridge) : BrokerPrincipal;
