using Microsoft.AspNetCore.StaticAssets;

namespace Fablab.Web.Components;

/// <summary>Addresses of our files with the digest of their content in the name, so that browsers keep them for ever and never keep an old one.</summary>
internal sealed class AssetAddresses(IEnumerable<EndpointDataSource> sources)
{
    private readonly Lazy<Dictionary<string, string>> fingerprinted = new(() => sources
        .SelectMany(source => source.Endpoints)
        .Select(endpoint => endpoint.Metadata.GetMetadata<StaticAssetDescriptor>())
        .OfType<StaticAssetDescriptor>()
        .Select(asset => (Label: asset.Properties.FirstOrDefault(property => property.Name == "label")?.Value, asset.Route))
        .Where(asset => asset.Label is not null)
        .DistinctBy(asset => asset.Label)
        .ToDictionary(asset => asset.Label!, asset => asset.Route));

    public string Of(string file) => "/" + fingerprinted.Value.GetValueOrDefault(file, file);
}
