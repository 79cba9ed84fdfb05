using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Sources.Catalogs;
using AuditFunctions.Sources.Processors;
using AuditFunctions.Sources.Processors.Conditions;
using AuditFunctions.Sources.Processors.Files;

namespace AuditFunctions.Sources.Reading;

/// <summary>Reads <c>processors</c>: a list, or a map with <c>list</c>, <c>onError</c> and <c>unreadable</c>.</summary>
/// <param name="facts">The source.</param>
/// <param name="secrets">The row's secrets, by placeholder.</param>
/// <param name="route">The destination whose own list is read; null for the list of all.</param>
/// <param name="common">Then: the list of all, if there is one.</param>
public sealed class ProcessorsReader(ProcessorFacts facts, IReadOnlyDictionary<string, SecretName> secrets, string? route = null, ProcessorList? common = null)
{
    private const string OfAll = "processors";
    private const int MostProcessors = 100;
    private const int LongestName = 40;
    private const int MostFiles = 10;

    private readonly string _key = route ?? OfAll;
    private readonly IReadOnlyList<ProcessorStep> _common = common?.Steps ?? [];
    private readonly List<ProcessorStep> _steps = [];
    private readonly List<SecretName> _secrets = [];
    private readonly List<SecretName> _subjectSecrets = [];
    private readonly List<LookupFile> _files = [];

    /// <summary>Reads a file that holds a list, or a map with the key <c>processors</c> among others.</summary>
    /// <param name="text">YAML or JSON.</param>
    /// <param name="where">The file's name.</param>
    /// <param name="problems">Takes what is wrong.</param>
    public ProcessorList? ReadFile(string text, string where, Problems problems)
    {
        var root = SettingYaml.Read(text, where, problems);
        var node = root is SettingMap map ? map[OfAll] ?? map : root;
        if (node is null or SettingText)
        {
            if (problems.None)
            {
                problems.Add(where, "holds no processors: write a list of them, or a map with 'processors'.");
            }

            return null;
        }

        return Read(new SettingReader(new SettingMap(node.Line, [new(OfAll, node)]), "", problems));
    }

    /// <summary>Reads the key; null when there are no processors.</summary>
    internal ProcessorList? Read(SettingReader reader)
    {
        var policy = ProcessorErrorPolicy.Pass;
        bool? withholds = null;
        IReadOnlyList<SettingNode> items;
        if (reader.Node(_key) is SettingMap)
        {
            var map = reader.Map(_key)!;
            policy = map.Choice("onError", "pass", "dead-letter", "drop") switch
            {
                "dead-letter" => ProcessorErrorPolicy.DeadLetter,
                "drop" => ProcessorErrorPolicy.Drop,
                _ => ProcessorErrorPolicy.Pass,
            };
            if (map.Has("unreadable"))
            {
                withholds = map.Choice("unreadable", "withhold", "keep") == "withhold";
            }

            items = map.List("list");
            map.Finish();
        }
        else
        {
            items = reader.List(_key);
        }

        if (items.Count > MostProcessors)
        {
            reader.Problems.Add(reader.At(_key), $"holds {items.Count} processors; allowed: {MostProcessors}.");
            return null;
        }

        for (var at = 0; at < items.Count; at++)
        {
            ReadItem(reader, items[at], at);
        }

        if (_files.Select(file => file.Name).Distinct().Count() is > MostFiles and var files)
        {
            reader.Problems.Add(reader.At(_key), $"needs {files} lookup files; allowed: {MostFiles}.");
        }

        var needs = new ProcessorNeeds([.. _secrets.Distinct()], [.. _files.Distinct()]) { SubjectSecrets = [.. _subjectSecrets.Distinct()] };
        return _steps.Count > 0 ? new ProcessorList(_steps, policy, withholds, facts, needs) : null;
    }

    /// <summary>Reads the row's columns <c>processors</c> and <c>routes</c>: a list replaces the definition's.</summary>
    internal static SettingMap Over(SettingMap definition, TableRow row, Problems problems)
    {
        foreach (var column in (ReadOnlySpan<string>)[SourceColumns.Processors, SourceColumns.Routes])
        {
            if (row[column] is { } text && SettingYaml.Read(text, column, problems) is { } node)
            {
                definition = node is SettingText { Value: "none" }
                    ? new SettingMap(definition.Line, [.. definition.Entries.Where(entry => entry.Key != column)])
                    : SettingOverlay.Lay(new SettingMap(definition.Line, [new(column, node)]), definition);
            }
        }

        return definition;
    }

    private void ReadItem(SettingReader reader, SettingNode node, int at)
    {
        var place = $"{_key}[{at}]";
        if (node is not SettingMap map)
        {
            reader.Problems.Add((reader.Where.Length > 0 ? $"{reader.Where}." : "") + place + (node.Line > 0 ? $" (line {node.Line})" : ""), "must be a map with 'action' and its keys.");
            return;
        }

        var item = reader.Item(place, WithAction(map));
        if (!item.Has("action"))
        {
            item.Problems.Add(item.At("action") + (map.Line > 0 ? $" (line {map.Line})" : ""), $"is missing; there are only: {string.Join(", ", map.Entries.Select(entry => entry.Key))}.");
            return;
        }

        var action = item.Required("action");
        if (action.Length == 0)
        {
            return;
        }

        if (ProcessorCatalog.Actions.Entries.FirstOrDefault(entry => entry.Name == action) is not { } entry)
        {
            item.Problems.Add(item.At("action"), $"is '{action}'; allowed: {string.Join(", ", ProcessorCatalog.Actions.Names)}.");
            return;
        }

        var name = NameOf(item, at, action);
        if (entry.DecidesByCondition && !item.Has("when"))
        {
            item.Problems.Add(item.At("when"), "is missing: for which events.");
        }

        var condition = ConditionReader.Read(item, "when");
        var processor = entry.Read(item, new ProcessorSettings(condition, SecretOf) { Facts = facts, Place = $"{route}:{name}", Secrets = _secrets, SubjectSecrets = _subjectSecrets, Files = _files, Before = [.. _common, .. _steps] });
        item.Finish();
        _steps.Add(new ProcessorStep(name, action, processor, entry.DecidesByCondition ? null : condition));
    }

    // `map: ocsf` and `map: {...}` stand for the action and its key.
    private static SettingMap WithAction(SettingMap map) => map["map"] is not { } to || map["action"] is not null ? map : new SettingMap(
        map.Line,
        [
            new("action", new SettingText(map.Line, "map", Plain: true)),
            .. map.Entries.Select(entry => entry.Key == "map" ? new KeyValuePair<string, SettingNode>(to is SettingMap ? "definition" : "to", to) : entry),
        ]);

    private string NameOf(SettingReader item, int at, string action)
    {
        var name = item.Text("name") ?? $"{(route is null ? "" : route + "-")}{at + 1}-{action}";
        if (name.Length == 0 || (name.Length > LongestName && item.Has("name")) || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') || _steps.Any(step => step.Name == name))
        {
            item.Problems.Add(item.At("name"), $"is '{name}'; allowed: up to {LongestName} letters, digits, '-' and '_', each processor its own.");
        }

        return name;
    }

    private SecretName? SecretOf(SettingReader reader, string key)
    {
        if (reader.Template(key) is not { } template)
        {
            if (!reader.Has(key))
            {
                reader.Problems.Add(reader.At(key), "is missing: a secret, such as secret:pseudonyms.");
            }

            return null;
        }

        if (template.Literal is { } literal && SecretName.TryParse(literal, out var name))
        {
            return name;
        }

        if (template.Only is { Name: { } placeholder } && secrets.TryGetValue(placeholder, out var parameter))
        {
            return parameter;
        }

        reader.Problems.Add(reader.At(key), "must be a reference such as secret:pseudonyms (letters, digits, '-'), or a secret parameter; store the value in the vault.");
        return null;
    }
}
