using AuditFunctions.Events;

namespace AuditFunctions.Sources.Answers.Single;

/// <summary>An answer that holds one event, not a list of them: the value at a path.</summary>
/// <param name="path">Where it stands.</param>
internal sealed class SingleShape(JsonPath path) : IAnswerShape
{
    /// <inheritdoc/>
    public int MostGrowth => 8;

    /// <inheritdoc/>
    public string? Convert(ReadOnlyMemory<byte> answer, PooledBytes into, TimeProvider time) => ShapedPage.OfJson(answer, into, (writer, root) =>
    {
        if (ElementPath.Follow(root, path) is not { } single)
        {
            return null;
        }

        if (single.ValueKind != System.Text.Json.JsonValueKind.Object)
        {
            return $"'{path}' is no object, so that it is no event";
        }

        writer.WriteStartArray(ShapedPage.Events);
        writer.WriteRawValue(System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(single), skipInputValidation: true);
        writer.WriteEndArray();
        return null;
    });
}
