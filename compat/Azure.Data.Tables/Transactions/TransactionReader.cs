using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Azure.Data.Tables.Transactions;

/// <summary>
/// Reads the responses in a transaction's answer: one per action, or the single one that failed. Each begins with its status line and
/// ends at the next boundary, a line that begins with two hyphens (which no header and no JSON does).
/// </summary>
internal static class TransactionReader
{
    public static List<TransactionPart> Read(Response response)
    {
        var parts = new List<TransactionPart>();
        using var lines = new StringReader(Encoding.UTF8.GetString(response.Content.ToMemory().Span));
        while (lines.ReadLine() is { } line)
        {
            if (line.StartsWith("HTTP/1.1 ", StringComparison.Ordinal))
            {
                parts.Add(ReadPart(line, lines, response.ClientRequestId));
            }
        }
        return parts.Count > 0
            ? parts
            : throw new RequestFailedException(response.Status, "The answer to a transaction has no responses in it.");
    }

    /// <summary>The service puts the index and a colon before its message.</summary>
    public static int? FailedIndex(Response failed)
    {
        try
        {
            using var document = JsonDocument.Parse(failed.Content.ToMemory());
            var message = document.RootElement.GetProperty("odata.error").GetProperty("message").GetProperty("value").GetString() ?? "";
            var colon = message.IndexOf(':', StringComparison.Ordinal);
            return colon > 0 && int.TryParse(message.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                ? index
                : null;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    private static TransactionPart ReadPart(string statusLine, StringReader lines, string clientRequestId)
    {
        var words = statusLine.Split(' ', 3);
        var part = new TransactionPart(
            int.Parse(words[1], CultureInfo.InvariantCulture), words.Length > 2 ? words[2] : "", clientRequestId);
        while (lines.ReadLine() is { Length: > 0 } header)
        {
            var colon = header.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0)
            {
                part.AddHeader(header[..colon], header[(colon + 1)..].Trim());
            }
        }
        var body = new StringBuilder();
        while (lines.ReadLine() is { } line && !line.StartsWith("--", StringComparison.Ordinal))
        {
            body.Append(line);
        }
        part.ContentStream = new MemoryStream(Encoding.UTF8.GetBytes(body.ToString()), writable: false);
        return part;
    }
}
