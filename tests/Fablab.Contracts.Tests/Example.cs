using System.Text.Json.Serialization.Metadata;

namespace Fablab.Contracts.Tests;

/// <summary>An example of one message type, with the type forgotten so that one test serves them all.</summary>
public sealed class Example
{
    private readonly Func<byte[], (string? Written, string? Reason)> read;

    private Example(string file, string written, JsonTypeInfo info, Func<byte[], (string?, string?)> read) =>
        (File, Written, Info, this.read) = (file, written, info, read);

    public string File { get; }

    public string Written { get; }

    public JsonTypeInfo Info { get; }

    public static Example Of<T>(string file, T message)
        where T : class =>
        new(file, ContractsJson.WriteText(message), ContractsJson.Default.GetTypeInfo(typeof(T))!, json =>
            ContractsJson.TryRead<T>(json, out var read, out var reason) ? (ContractsJson.WriteText(read), null) : (null, reason));

    public string? ReadAndWrite(string json) => read(System.Text.Encoding.UTF8.GetBytes(json)).Written;

    public string? ReasonAgainst(string json) => read(System.Text.Encoding.UTF8.GetBytes(json)).Reason;

    public bool IsReadOrRefused(byte[] json)
    {
        var (written, reason) = read(json);
        return (written is null) != (reason is null);
    }

    public override string ToString() => File;
}
