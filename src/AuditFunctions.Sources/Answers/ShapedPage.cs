using System.Text.Encodings.Web;
using System.Text.Json;
using AuditFunctions.Events;

namespace AuditFunctions.Sources.Answers;

/// <summary>The page that a shape writes: where its events and everything else stand.</summary>
internal static class ShapedPage
{
    /// <summary>The member that holds the events.</summary>
    public const string Events = "events";

    /// <summary>The member that holds what paging, stops and error rules look at.</summary>
    public const string Page = "page";

    /// <summary>How deep vendors' JSON may be nested here.</summary>
    public const int MaxDepth = 1_000;

    private const int CharsPerPiece = 64 * 1024;

    private static readonly JsonWriterOptions Options = new()
    {
        // Only what JSON itself asks for is escaped, so that text stays as the vendor wrote it.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = MaxDepth,
    };

    /// <summary>A writer of a page.</summary>
    public static Utf8JsonWriter Writer(PooledBytes into) => new(into, Options);

    /// <summary>Where a path of the template stands in the page.</summary>
    public static string Below(string path) => path switch
    {
        "" or "$" => Page,
        _ when path.StartsWith("$.", StringComparison.Ordinal) => $"{Page}.{path[2..]}",
        _ when path.StartsWith('[') => Page + path,
        _ => $"{Page}.{path}",
    };

    /// <summary>Writes a page of an answer that is JSON: its events, and the whole answer as what paging looks at.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="into">Takes the page.</param>
    /// <param name="bounds">Ends it.</param>
    /// <param name="writeEvents">Writes the events of the answer, or nothing when it holds none; what it returns is wrong with the answer.</param>
    /// <returns>Null when done, else what is wrong.</returns>
    public static string? OfJson(ReadOnlyMemory<byte> answer, PooledBytes into, ShapeBounds bounds, Func<Utf8JsonWriter, JsonPart, string?> writeEvents)
    {
        answer = answer[ByteOrderMark.LengthOf(answer.Span)..];
        if (FaultIn(answer.Span, bounds) is { } fault)
        {
            return $"it is not JSON at line {fault.LineNumber + 1}, byte {fault.BytePositionInLine}";
        }

        var root = JsonPart.Root(answer);
        using var writer = Writer(into);
        writer.WriteStartObject();
        if (writeEvents(writer, root) is { } wrong)
        {
            return wrong;
        }

        writer.WritePropertyName(Page);
        writer.WriteRawValue(root.Raw, skipInputValidation: true);
        writer.WriteEndObject();
        return null;
    }

    /// <summary>Writes a text. In pieces: a writer takes twelve times the text where it has to escape.</summary>
    public static void Write(Utf8JsonWriter writer, ReadOnlySpan<char> text)
    {
        if (text.Length <= CharsPerPiece)
        {
            writer.WriteStringValue(text);
            return;
        }

        for (; text.Length > CharsPerPiece; text = text[CharsPerPiece..])
        {
            writer.WriteStringValueSegment(text[..CharsPerPiece], isFinalSegment: false);
        }

        writer.WriteStringValueSegment(text, isFinalSegment: true);
    }

    /// <inheritdoc cref="Write(Utf8JsonWriter, ReadOnlySpan{char})"/>
    public static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> text)
    {
        if (text.Length <= CharsPerPiece)
        {
            writer.WriteStringValue(text);
            return;
        }

        WritePieces(writer, text);
        writer.WriteStringValueSegment(""u8, isFinalSegment: true);
    }

    /// <summary>Writes a part of a text, which <see cref="Utf8JsonWriter.WriteStringValueSegment(ReadOnlySpan{byte}, bool)"/> ends.</summary>
    public static void WritePieces(Utf8JsonWriter writer, ReadOnlySpan<byte> text)
    {
        for (; !text.IsEmpty; text = text[Math.Min(text.Length, CharsPerPiece)..])
        {
            writer.WriteStringValueSegment(text[..Math.Min(text.Length, CharsPerPiece)], isFinalSegment: false);
        }
    }

    /// <summary>Where a text is no JSON; null where it is.</summary>
    public static JsonException? FaultIn(ReadOnlySpan<byte> text, ShapeBounds bounds)
    {
        try
        {
            var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = MaxDepth });
            while (reader.Read())
            {
                bounds.Step(0);
            }

            return null;
        }
        catch (JsonException exception)
        {
            return exception;
        }
    }
}
