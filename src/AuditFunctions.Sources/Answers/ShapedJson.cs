using System.Text.Json.Serialization;

namespace AuditFunctions.Sources.Answers;

/// <summary>Writes single values.</summary>
[JsonSerializable(typeof(string))]
internal sealed partial class ShapedJson : JsonSerializerContext;
