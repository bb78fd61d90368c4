namespace Fablab.Contracts;

/// <summary>Where a bridge lives on the broker: its site's code and its own code, both <see cref="Codes">codes</see>.</summary>
public sealed record BridgeAddress
{
    /// <exception cref="ArgumentException">One of them is not a valid code.</exception>
    public BridgeAddress(string site, string bridge)
    {
        if (!Codes.IsValid(site))
        {
            throw new ArgumentException($"'{site}' is no site code: use a-z, 0-9 and single hyphens, at most {Codes.MaxLength}.", nameof(site));
        }

        if (!Codes.IsValid(bridge))
        {
            throw new ArgumentException($"'{bridge}' is no bridge code: use a-z, 0-9 and single hyphens, at most {Codes.MaxLength}.", nameof(bridge));
        }

        (Site, Bridge) = (site, bridge);
    }

    public string Site { get; }

    public string Bridge { get; }

    /// <summary><c>fablab/v1/{site}/{bridge}</c>, without a slash at the end.</summary>
    public string Root => $"{Topics.Prefix}/{Site}/{Bridge}";

    public override string ToString() => $"{Site}/{Bridge}";
}
