using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Sources.Templates;

namespace AuditFunctions.Operations.Contracts.Recording;

/// <summary>The addresses of a template, and what a replay puts in their place.</summary>
internal static class Addresses
{
    private static readonly string[] Keys = ["tokenUrl", "url", "path"];

    /// <summary>What its addresses start with, with a row's values; null when that is found out by asking only.</summary>
    public static Uri? BaseOf(SourceTemplate template, IReadOnlyDictionary<string, string> columns)
    {
        var text = columns.GetValueOrDefault(SourceColumns.BaseUrl) ?? (template.Definition["baseUrl"] as SettingText)?.Value;
        var values = template.Parameters.Where(parameter => parameter.Default is not null).ToDictionary(parameter => parameter.Name, parameter => parameter.Default!, StringComparer.Ordinal);
        foreach (var (name, value) in columns)
        {
            values[name] = value;
        }

        return text is not null && TextTemplate.Parse(text).Render(part => part.Name is { } name ? values.GetValueOrDefault(name) : null) is { } url
            && Uri.TryCreate(url, UriKind.Absolute, out var found) ? found : null;
    }

    /// <summary>What is laid over a template so that all of it asks the replay; null for nothing.</summary>
    public static SettingMap? Overlay(SourceTemplate template)
    {
        var entries = template.Definition.Entries.Where(entry => entry.Key != "baseUrl").ToArray();
        return Changed(new SettingMap(0, entries)) as SettingMap;
    }

    // A list that is laid over another replaces it, so it is given whole.
    private static SettingNode? Changed(SettingNode node)
    {
        switch (node)
        {
            case SettingMap map:
                var entries = map.Entries
                    .Select(entry => KeyValuePair.Create(entry.Key, entry.Value is SettingText text ? Keys.Contains(entry.Key, StringComparer.Ordinal) ? Local(text) : null : Changed(entry.Value)))
                    .Where(entry => entry.Value is not null).Select(entry => KeyValuePair.Create(entry.Key, entry.Value!)).ToArray();
                return entries.Length > 0 ? new SettingMap(0, entries) : null;
            case SettingList list when list.Items.Any(item => Changed(item) is not null):
                return new SettingList(0, [.. list.Items.Select(item => item is SettingMap map && Changed(map) is SettingMap over ? SettingOverlay.Lay(over, map) : item)]);
            default:
                return null;
        }
    }

    private static SettingText? Local(SettingText text)
    {
        var start = text.Value.StartsWith("https://", StringComparison.Ordinal) ? 8 : text.Value.StartsWith("http://", StringComparison.Ordinal) ? 7 : -1;
        if (start < 0)
        {
            return null;
        }

        var path = text.Value.IndexOf('/', start);
        return new SettingText(0, "{server}" + (path < 0 ? "" : text.Value[path..]), Plain: false);
    }
}
