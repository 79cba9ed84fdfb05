using System.Text.Json;
using System.Text.Json.Serialization;

namespace AuditFunctions.SelfHosting.Health;

/// <summary>What a health endpoint answers.</summary>
/// <param name="Healthy">Whether all is well.</param>
/// <param name="Reasons">Why not; empty when it is.</param>
internal sealed record HealthAnswer(bool Healthy, IReadOnlyList<string> Reasons);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(HealthAnswer))]
internal sealed partial class HealthJson : JsonSerializerContext;
