using AuditFunctions.Events;
using AuditFunctions.Sources.Answers;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Sources;

/// <summary>What error rules look at in the body of an answer with an error status: JSON, or XML where the answers of the source are XML.</summary>
internal sealed class ErrorFields : IDisposable
{
    private const int MostShapedBytes = 16 * ResponseMeaning.MaxErrorBytes;

    private readonly ReadOnlyMemory<byte> _body;
    private readonly PooledBytes _shaped;
    private readonly CutPage _cut = new();

    private ErrorFields(ReadOnlyMemory<byte> body, PooledBytes shaped, PagePlan plan)
    {
        (_body, _shaped) = (body, shaped);
        AreRead = PageCutter.Cut(body.Span, plan, _cut) is null;
    }

    /// <summary>Whether the body is of a form that can be read.</summary>
    public bool AreRead { get; }

    /// <summary>Reads a body.</summary>
    public static ErrorFields Of(ReadingDefinition reading, ReadOnlyMemory<byte> body, TimeProvider clock, CancellationToken cancellationToken)
    {
        var shaped = new PooledBytes();
        var start = body.Span.TrimStart(" \t\r\n"u8);
        return reading.Shape is { HasRootName: true } shape && start.StartsWith("<"u8) && IsShaped(shape, body, shaped, new ShapeBounds(MostShapedBytes, clock, cancellationToken))
            ? new ErrorFields(shaped.WrittenMemory, shaped, reading.Errors.ShapedPlan)
            : new ErrorFields(body, shaped, reading.Errors.Plan);
    }

    /// <summary>The text of a field; null where there is none.</summary>
    public string? TextOf(int field)
    {
        if (!AreRead || field < 0)
        {
            return null;
        }

        var slice = _cut.PageField(field);
        return slice.Kind is JsonKind.Missing or JsonKind.Null || slice.Length == 0 ? null : JsonText.Unescape(_body.Span, slice);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _cut.Dispose();
        _shaped.Dispose();
    }

    private static bool IsShaped(IAnswerShape shape, ReadOnlyMemory<byte> body, PooledBytes into, ShapeBounds bounds)
    {
        try
        {
            return shape.Convert(body, into, bounds) is null;
        }
        catch (ShapeTooLargeException)
        {
            return false;
        }
    }
}
