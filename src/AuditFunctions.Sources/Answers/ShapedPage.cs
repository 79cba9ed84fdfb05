using System.Globalization;
using System.Runtime.InteropServices;
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

    // Each value of a parsed document has 12 bytes beside the text, which would be many times a text of nothing but small numbers; and the parser sees no stop, so that
    // no more is parsed than takes a fifth of a second.
    private const int MostValues = 2_000_000;

    private static readonly JsonWriterOptions Options = new()
    {
        // Only what JSON itself asks for is escaped, so that text stays as the vendor wrote it.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = 1_000,
    };

    /// <summary>A writer of a page.</summary>
    public static Utf8JsonWriter Writer(PooledBytes into) => new(into, Options);

    /// <summary>How vendors' JSON is read here.</summary>
    public static JsonDocumentOptions Reading { get; } = new() { MaxDepth = 1_000 };

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
    /// <param name="writeEvents">Writes the events of the parsed answer, or nothing when it holds none; what it returns is wrong with the answer.</param>
    /// <returns>Null when done, else what is wrong.</returns>
    public static string? OfJson(ReadOnlyMemory<byte> answer, PooledBytes into, Func<Utf8JsonWriter, JsonElement, string?> writeEvents)
    {
        try
        {
            if (ValuesOf(answer.Span) > MostValues)
            {
                return string.Create(CultureInfo.InvariantCulture, $"it holds more than {MostValues:N0} values; ask for smaller pages with pageSize");
            }

            using var document = JsonDocument.Parse(answer[ByteOrderMark.LengthOf(answer.Span)..], Reading);
            using var writer = Writer(into);
            writer.WriteStartObject();
            if (writeEvents(writer, document.RootElement) is { } wrong)
            {
                return wrong;
            }

            writer.WritePropertyName(Page);
            writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(document.RootElement), skipInputValidation: true);
            writer.WriteEndObject();
            return null;
        }
        catch (JsonException exception)
        {
            return $"it is not JSON at line {exception.LineNumber + 1}, byte {exception.BytePositionInLine}";
        }
    }

    // No fewer than there are: what stands in texts is counted too.
    private static int ValuesOf(ReadOnlySpan<byte> answer) =>
        answer.Count((byte)',') + answer.Count((byte)':') + answer.Count((byte)'[') + answer.Count((byte)'{');
}
