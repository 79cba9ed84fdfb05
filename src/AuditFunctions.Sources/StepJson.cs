using System.Text.Json.Serialization;

namespace AuditFunctions.Sources;

/// <summary>Writes what steps captured.</summary>
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class StepJson : JsonSerializerContext;
