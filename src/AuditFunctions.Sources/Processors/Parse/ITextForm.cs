using System.Text;
using System.Text.Json;
using AuditFunctions.Events;

namespace AuditFunctions.Sources.Processors.Parse;

/// <summary>How a text is written that <see cref="ParseProcessor"/> reads. Takes time linear in it.</summary>
internal interface ITextForm
{
    /// <summary>Writes what the text says as JSON.</summary>
    /// <returns>What is wrong with it, without repeating it; null when nothing is.</returns>
    string? Write(string text, PooledBytes into);
}

/// <summary>JSON in a text.</summary>
internal sealed class JsonForm : ITextForm
{
    /// <inheritdoc/>
    public string? Write(string text, PooledBytes into)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        try
        {
            var reader = new Utf8JsonReader(bytes);
            while (reader.Read())
            {
            }
        }
        catch (JsonException)
        {
            return "the text is not JSON, or nested more than 64 levels deep";
        }

        if (bytes.AsSpan().IndexOfAnyExcept(" \t\r\n"u8) < 0)
        {
            return "the text is empty";
        }

        into.Write(bytes.AsSpan().Trim(" \t\r\n"u8));
        return null;
    }
}
