using System.Text.Json;
using AuditFunctions.Hosting;

namespace AuditFunctions.Cli.Settings;

/// <summary>Reads <c>local.settings.json</c>, the file from which the Functions tools take app settings on a developer's machine.</summary>
internal static class LocalSettings
{
    /// <summary>The file's name.</summary>
    public const string FileName = "local.settings.json";

    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Reads the section <c>Values</c>; nothing when there is no file. Sections may be written with <c>__</c> or <c>:</c>.</summary>
    /// <exception cref="OperationException">The file is there and cannot be used.</exception>
    public static IReadOnlyDictionary<string, string?> Read(string folder)
    {
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            return settings;
        }

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path), Lenient);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new OperationException($"{FileName} must be a JSON object with a section \"Values\".");
            }

            if (document.RootElement.TryGetProperty("IsEncrypted", out var encrypted) && encrypted.ValueKind == JsonValueKind.True)
            {
                throw new OperationException($"{FileName} is encrypted; decrypt it with 'func settings decrypt', or give the settings as environment variables.");
            }

            if (document.RootElement.TryGetProperty("Values", out var values) && values.ValueKind == JsonValueKind.Object)
            {
                foreach (var value in values.EnumerateObject())
                {
                    settings[value.Name.Replace("__", ":", StringComparison.Ordinal)] = TextOf(value);
                }
            }

            return settings;
        }
        catch (JsonException exception)
        {
            throw new OperationException($"{FileName} line {exception.LineNumber + 1} is not valid JSON; correct it, or run in another folder.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new OperationException($"{FileName} cannot be read: {exception.Message}");
        }
    }

    private static string TextOf(JsonProperty value) => value.Value.ValueKind switch
    {
        JsonValueKind.String => value.Value.GetString()!,
        JsonValueKind.Number => value.Value.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => throw new OperationException($"{FileName}: the value '{value.Name}' must be a text."),
    };
}
