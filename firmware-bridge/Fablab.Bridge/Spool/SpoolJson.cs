using System.Text.Json;
using System.Text.Json.Serialization;
using Fablab.Bridge.Supervision;

namespace Fablab.Bridge.Spool;

/// <summary>How memory looks in the spool's file. Unknown fields are ignored, so that an older bridge can read a newer file.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(MachineMemory))]
[JsonSerializable(typeof(JobRun))]
internal sealed partial class SpoolJson : JsonSerializerContext
{
    public static string Write(MachineMemory memory) => JsonSerializer.Serialize(memory, Default.MachineMemory);

    public static string Write(JobRun run) => JsonSerializer.Serialize(run, Default.JobRun);

    public static MachineMemory ReadMemory(string text) => JsonSerializer.Deserialize(text, Default.MachineMemory) ?? Supervision.MachineMemory.Empty;

    public static JobRun ReadRun(string text) => JsonSerializer.Deserialize(text, Default.JobRun) ?? throw new JsonException("A job run is null.");
}
