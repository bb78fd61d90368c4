namespace Fablab.Web.Messaging.Broker;

/// <summary>Knows the accounts of the broker.</summary>
internal interface IBrokerCredentials
{
    /// <returns><see langword="null"/> for a wrong password and an unknown user alike; both take equally long.</returns>
    ValueTask<BrokerPrincipal?> FindAsync(string user, string password, CancellationToken ct);
}
