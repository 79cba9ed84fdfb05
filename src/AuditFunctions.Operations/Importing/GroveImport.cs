using System.Globalization;
using System.Text.RegularExpressions;
using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Operations.Adding;
using AuditFunctions.Sources.Templates;

namespace AuditFunctions.Operations.Importing;

/// <summary>Makes source rows of Grove's connector files: one JSON file each.</summary>
public static partial class GroveImport
{
    // Fields that every connector may have and that are looked at by themselves.
    private static readonly string[] Common = ["name", "connector", "identity", "key", "disabled", "frequency", "delay", "operation", "processors", "outputs", "secrets", "encoding", "scope", "fqdn"];

    /// <summary>Reads the files.</summary>
    /// <param name="folder">What their names are relative to.</param>
    /// <param name="files">Their names.</param>
    /// <param name="destination">Where the sources send to: Grove's files do not say it.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="Hosting.OperationException">A file cannot be read.</exception>
    public static async Task<ImportedRows> RunAsync(string folder, IEnumerable<string> files, string destination, CancellationToken cancellationToken)
    {
        var (import, catalog) = (new RowImport(), new TemplateCatalog());
        foreach (var file in files)
        {
            Add(import, catalog, file, await RowImport.ReadAsync(folder, file, cancellationToken), destination);
        }

        return import.Done;
    }

    private static void Add(RowImport import, TemplateCatalog catalog, string file, SettingMap map, string destination)
    {
        if (Text(map, "connector") is not { } connector)
        {
            import.Note($"'{file}'", "is no connector of Grove: it has no 'connector'.");
            return;
        }

        if (GroveConnectors.Find(connector, Text(map, "scope")) is not { } known || catalog.Find(known.Template) is not { } template)
        {
            import.Note($"'{file}'", $"the connector '{connector}' has no template here; 'auditfn templates list' may have one, and 'http-json' takes any JSON API.");
            return;
        }

        var name = import.NameOf(RowKind.Source, Text(map, "name") ?? connector);
        var about = $"source '{name}'";
        var draft = new RowDraft(RowKind.Source, template.Parameters, SourceColumns.IsCommon).With(SourceColumns.Template, template.Name).With(SourceColumns.Destination, destination);
        foreach (var (column, pattern) in known.Columns)
        {
            SetColumn(import, map, template, draft, name, column, pattern);
        }

        SetCommon(import, map, draft, about);
        foreach (var parameter in template.Parameters.Where(parameter => parameter is { Required: true, Default: null } && !draft.Has(parameter.Name)))
        {
            import.Note(about, $"'{parameter.Name}' is missing and must be added: {parameter.Description}");
        }

        var used = known.Columns.SelectMany(column => Field().Matches(column.Value)).Select(match => match.Groups["name"].Value).Concat(Common).ToHashSet(StringComparer.Ordinal);
        foreach (var (key, _) in map.Entries.Where(entry => !used.Contains(entry.Key)))
        {
            import.Note(about, $"'{key}' has no equivalent and is left out.");
        }

        import.Add(RowKind.Source, draft.Row(name).Row);
    }

    private static void SetColumn(RowImport import, SettingMap map, SourceTemplate template, RowDraft draft, string name, string column, string pattern)
    {
        var parameter = template.Parameters.First(parameter => parameter.Name == column);
        var field = Field().Match(pattern).Groups["name"].Value;
        if (parameter.Secret)
        {
            // In a secrets backend there is a path instead of the value.
            var path = (map["secrets"] as SettingMap)?[field] is SettingText text ? text.Value : null;
            if (path is not null || Text(map, field) is not null)
            {
                draft.With(column, import.Reference(name, column, path is null ? Text(map, field)! : "", path is null ? $"field '{field}' of the connector's file" : $"'{path}' in Grove's secrets backend"));
            }

            if ((map["encoding"] as SettingMap)?[field] is SettingText encoding)
            {
                import.Note($"source '{name}'", $"'{field}' is written in {encoding.Value} there; store it decoded.");
            }

            return;
        }

        var isWhole = true;
        var value = Field().Replace(pattern, match =>
        {
            var found = Text(map, match.Groups["name"].Value) ?? (match.Groups["other"].Success ? match.Groups["other"].Value : null);
            isWhole &= found is not null;
            return found ?? "";
        });
        if (isWhole && draft.Set(column, parameter.Type == ParameterType.Host ? HostOf(value) : value) is { } wrong)
        {
            import.Note($"source '{name}'", $"'{field}' does not fit: {wrong}");
        }
    }

    private static void SetCommon(RowImport import, SettingMap map, RowDraft draft, string about)
    {
        if (Seconds(Text(map, "frequency"), 1) is { } interval)
        {
            draft.With(SourceColumns.Interval, interval);
        }

        if (Seconds(Text(map, "delay"), 60) is { } lag)
        {
            draft.With(SourceColumns.Lag, lag);
        }

        if (Text(map, "disabled") is "true")
        {
            draft.With(SourceColumns.Enabled, "false");
        }

        if (Text(map, "fqdn") is { } fqdn && draft.Set(SourceColumns.BaseUrl, $"https://{HostOf(fqdn)}/api/v3") is null)
        {
            import.Note(about, "'fqdn' became 'baseUrl'; check that your server answers below that address.");
        }

        if (Text(map, "operation") is { } operation && operation is not ("all" or "*") && !draft.Has("application"))
        {
            import.Note(about, draft.Has("org") || draft.Has("enterprise")
                ? draft.Set("include", operation) is { } wrong ? $"'operation' does not fit: {wrong}" : "'operation' became 'include'."
                : $"'operation: {operation}' has no equivalent: all events are read; a processor 'keep' can choose ('auditfn processors show keep').");
        }

        foreach (var processor in (map["processors"] as SettingList)?.Items.OfType<SettingMap>() ?? [])
        {
            import.Note(about, $"the processor '{Text(processor, "processor") ?? "?"}' is left out; events arrive as the vendor sends them. What can be done to them: 'auditfn processors list'.");
        }

        if (map["outputs"] is not null)
        {
            import.Note(about, "'outputs' is left out: 'destination' says where events go, and 'routes' in a definition which of them.");
        }
    }

    private static string? Seconds(string? text, int unit) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is > 0 and < 1_000_000 ? Durations.Write(TimeSpan.FromSeconds(count * unit)) : null;

    // Some fields hold an address where a host is wanted.
    private static string HostOf(string text) => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Host.Length > 0 ? url.Authority : text.TrimEnd('/');

    private static string? Text(SettingMap map, string key) => map[key] is SettingText { IsNull: false, Value.Length: > 0 } text ? text.Value.Trim() : null;

    [GeneratedRegex(@"\{(?<name>\w+)(\|(?<other>[^}]*))?\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Field();
}
