using System.Collections.Concurrent;
using Fablab.Contracts;
using Fablab.Web.Data.Rows;
using Microsoft.AspNetCore.DataProtection;

namespace Fablab.Web.Messaging;

/// <summary>Opens and seals the bridge keys that lie encrypted in the database. Opened keys stay in memory: every lease needs one.</summary>
internal sealed class BridgeKeys(IDataProtectionProvider protection)
{
    private readonly IDataProtector protector = protection.CreateProtector("Fablab.BridgeKey.v1");
    private readonly ConcurrentDictionary<string, BridgeKey> opened = new();

    public BridgeKey Of(BridgeRow bridge) =>
        opened.GetOrAdd(bridge.ProtectedKey, sealedKey => BridgeKey.Parse(protector.Unprotect(sealedKey)));

    public string Seal(BridgeKey key) => protector.Protect(key.Reveal());
}
