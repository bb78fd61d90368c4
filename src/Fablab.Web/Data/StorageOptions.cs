using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Fablab.Web.Data;

/// <summary>Where everything is kept.</summary>
public sealed class StorageOptions
{
    public const string Section = "Storage";

    /// <summary><c>sqlite</c> (default) or <c>postgres</c>.</summary>
    [EnumDataType(typeof(StorageProvider))]
    public StorageProvider Provider { get; set; } = StorageProvider.Sqlite;

    /// <summary>For PostgreSQL required; for SQLite <c>fablab.db</c> in the data folder when left out.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>Files of this node: the SQLite database, uploads, bridge settings. A relative one starts at the program's content root.</summary>
    /// <remarks>Not called <c>data</c>: beside the sources that is the folder <c>Data</c> on file systems that ignore case.</remarks>
    [Required]
    public string DataFolder { get; set; } = "fablab-data";

    /// <summary>How long bringing the database up to date may take, in seconds, before the start is given up.</summary>
    [Range(5, 3600)]
    public int MigrationTimeoutSeconds { get; set; } = 120;
}

public enum StorageProvider
{
    Sqlite,
    Postgres,
}

[OptionsValidator]
internal sealed partial class StorageOptionsValidator : IValidateOptions<StorageOptions>;
