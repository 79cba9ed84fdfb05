using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;

namespace AuditFunctions.Sources.Templates;

/// <summary>Reads a template's YAML: its heading and parameters; the rest is checked when a row is bound to it.</summary>
public static class TemplateReader
{
    private static readonly string[] HeadingKeys = ["name", "vendor", "title", "docs", "category", "grant", "notes", "kept", "unverified", "parameters"];

    /// <summary>Reads a template; null when <paramref name="problems"/> tells that it is wrong.</summary>
    public static SourceTemplate? Read(string yaml, string where, Problems problems)
    {
        var before = problems.Found.Count;
        var root = SettingYaml.Read(yaml, where, problems);
        if (root is not SettingMap map)
        {
            if (root is not null)
            {
                problems.Add(where, "must be a map of keys and values.");
            }

            return null;
        }

        var template = Read(map, problems);
        return problems.Found.Count == before ? template : null;
    }

    /// <summary>Reads a template from its tree, also a <c>definition</c> that stands in a row.</summary>
    public static SourceTemplate Read(SettingMap map, Problems problems)
    {
        var reader = new SettingReader(map, "", problems);
        var parameters = new List<RowParameter>();
        if (reader.Map("parameters") is { } list)
        {
            foreach (var (name, _) in list.All())
            {
                if (list.Map(name) is { } parameter)
                {
                    parameters.Add(ReadParameter(name, parameter));
                }
            }
        }

        var rest = map.Entries.Where(entry => !HeadingKeys.Contains(entry.Key)).ToArray();
        return new SourceTemplate(
            reader.Plain("name") ?? "",
            reader.Plain("vendor") ?? "",
            reader.Plain("title") ?? "",
            reader.Plain("docs"),
            parameters,
            new SettingMap(map.Line, rest))
        {
            Category = reader.Has("category") ? reader.Choice("category", [.. TemplateCategory.All]) : null,
            Grant = reader.Plain("grant")?.Trim(),
            Notes = reader.Plain("notes")?.Trim(),
            Kept = reader.Plain("kept")?.Trim(),
            Unverified = reader.Texts("unverified"),
        };
    }

    private static RowParameter ReadParameter(string name, SettingReader reader)
    {
        if (name.Length == 0 || !name.All(char.IsAsciiLetterOrDigit) || !char.IsAsciiLetterLower(name[0]))
        {
            reader.Problems.Add($"parameters.{name}", "must be a camelCase word of letters and digits.");
        }
        else if (RunPlaceholders.IsKnown(name) || SourceColumns.IsCommon(name))
        {
            reader.Problems.Add($"parameters.{name}", "is a word that every source already has; choose another.");
        }

        var type = reader.Choice("type", "text", "host", "url", "integer", "boolean", "duration", "template") switch
        {
            "host" => ParameterType.Host,
            "url" => ParameterType.Url,
            "integer" => ParameterType.Integer,
            "boolean" => ParameterType.Boolean,
            "duration" => ParameterType.Duration,
            "template" => ParameterType.Template,
            _ => ParameterType.Text,
        };
        var fallback = reader.Plain("default");
        var description = reader.Plain("description");
        if (string.IsNullOrWhiteSpace(description) && (description is not null || !reader.Has("description")))
        {
            reader.Problems.Add(reader.At("description"), "is missing.");
        }

        var parameter = new RowParameter(
            name,
            description ?? "",
            type,
            reader.Flag("secret") ?? false,
            reader.Flag("required") ?? fallback is null,
            fallback,
            reader.Texts("allowed"),
            reader.Plain("example"));
        reader.Finish();
        return parameter;
    }
}
