using AuditFunctions.Events;

namespace AuditFunctions.Sources.Answers.Single;

/// <summary>An answer that holds one event, not a list of them: the value at a path.</summary>
/// <param name="path">Where it stands.</param>
internal sealed class SingleShape(JsonPath path) : IAnswerShape
{
    /// <inheritdoc/>
    public int MostGrowth => 8;

    /// <inheritdoc/>
    public string? Convert(ReadOnlyMemory<byte> answer, PooledBytes into, ShapeBounds bounds) => ShapedPage.OfJson(answer, into, bounds, (writer, root) =>
    {
        if (root.Follow(path) is not { } single)
        {
            return null;
        }

        if (!single.IsObject)
        {
            return $"'{path}' is no object, so that it is no event";
        }

        writer.WriteStartArray(ShapedPage.Events);
        writer.WriteRawValue(single.Raw, skipInputValidation: true);
        writer.WriteEndArray();
        return null;
    });
}
