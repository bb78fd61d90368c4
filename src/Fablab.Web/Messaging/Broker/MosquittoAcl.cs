using System.Text;

namespace Fablab.Web.Messaging.Broker;

/// <summary>One account of the broker, as an outside broker needs it.</summary>
/// <param name="PasswordHash">In the form of <see cref="MosquittoPassword"/>.</param>
internal sealed record BrokerAccount(string User, BrokerPrincipal Principal, string PasswordHash);

/// <summary>
/// The same rules for Mosquitto 2: an ACL file, a password file and the settings that matter. Mosquitto grants any
/// subscription and filters at delivery, and it cannot refuse the retain flag per topic; the rest is the same.
/// </summary>
internal static class MosquittoAcl
{
    public const string AclFile = "mosquitto.acl";
    public const string PasswordFile = "mosquitto.passwd";
    public const string ConfigFile = "mosquitto-fablab.conf";

    public static string Acl(IEnumerable<BrokerAccount> accounts)
    {
        var acl = new StringBuilder("# Written by Fablab; changes are lost. Whoever is not named here may do nothing.\n");
        foreach (var account in Checked(accounts))
        {
            acl.Append('\n').Append("user ").Append(account.User).Append('\n');
            foreach (var filter in BrokerAcl.Publishes(account.Principal))
            {
                acl.Append("topic write ").Append(filter).Append('\n');
            }

            foreach (var filter in BrokerAcl.Receives(account.Principal))
            {
                acl.Append("topic read ").Append(filter).Append('\n');
            }
        }

        return acl.ToString();
    }

    public static string Passwords(IEnumerable<BrokerAccount> accounts)
    {
        var passwords = new StringBuilder();
        foreach (var account in Checked(accounts))
        {
            passwords.Append(account.User).Append(':').Append(account.PasswordHash).Append('\n');
        }

        return passwords.ToString();
    }

    /// <summary>What stands below each listener; elsewhere it would open Mosquitto's default one.</summary>
    public const string OfEachListener = "use_username_as_clientid true";

    /// <summary>Settings to include from the main configuration, which adds listeners and TLS.</summary>
    public static string Config(string folder) =>
        $"""
        # Written by Fablab; changes are lost. Include it from a file of your own, which has the listener, its certificate and, below
        # each listener, because it belongs to that one:
        #   {OfEachListener}
        # The client id is the key of a session: nobody may choose another's. Each node of the web needs its own account then.
        per_listener_settings false
        allow_anonymous false
        password_file {Path.Combine(folder, PasswordFile)}
        acl_file {Path.Combine(folder, AclFile)}
        max_keepalive {BrokerRules.MaxKeepAlive}
        max_packet_size 262144
        # What a crash of the broker forgets of these seconds, web and bridges tell it again when they connect.
        persistence true
        autosave_interval 30
        persistent_client_expiration 1h
        max_queued_messages 10000

        """;

    /// <summary>Writes the three files, the passwords readable by their owner alone.</summary>
    public static async Task WriteAsync(string folder, IReadOnlyList<BrokerAccount> accounts, CancellationToken ct)
    {
        Directory.CreateDirectory(folder);
        await ReplaceAsync(Path.Combine(folder, AclFile), Acl(accounts), ct);
        await ReplaceAsync(Path.Combine(folder, PasswordFile), Passwords(accounts), ct);
        await ReplaceAsync(Path.Combine(folder, ConfigFile), Config(Path.GetFullPath(folder)), ct);
    }

    /// <summary>In one step, so that a broker that reloads meanwhile never sees half a file.</summary>
    private static async Task ReplaceAsync(string path, string text, CancellationToken ct)
    {
        var fresh = path + ".new";
        await using (var file = new FileStream(fresh, WithOwnersRights()))
        {
            await file.WriteAsync(Encoding.UTF8.GetBytes(text), ct);
        }

        File.Move(fresh, path, overwrite: true);
    }

    private static FileStreamOptions WithOwnersRights()
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }

    /// <summary>A name with a line break or a colon would write rules of its own.</summary>
    private static IEnumerable<BrokerAccount> Checked(IEnumerable<BrokerAccount> accounts) => accounts.Select(account =>
        account.User.Length > 0 && account.User.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            && BrokerAcl.Publishes(account.Principal).Concat(BrokerAcl.Receives(account.Principal)).All(filter => !filter.Any(c => char.IsControl(c) || c == ' '))
            ? account
            : throw new ArgumentException($"'{account.User}' or its topics cannot stand in Mosquitto's files: use letters, digits, hyphens and underscores."));
}
