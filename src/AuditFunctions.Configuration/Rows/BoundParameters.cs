using AuditFunctions.Configuration.Secrets;

namespace AuditFunctions.Configuration.Rows;

/// <summary>A row's values for a template's parameters, checked. A secret is only ever its name.</summary>
public sealed class BoundParameters
{
    /// <summary>What is wrong with a column that must name a secret, and does not.</summary>
    internal const string NoReference = "is a secret and must be a reference such as secret:okta-prod (letters, digits, '-'); store the value in the vault, not in the row.";

    private readonly Dictionary<string, RowParameter> _parameters = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SecretName> _secrets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _columns = new(StringComparer.Ordinal);

    /// <summary>The secrets that the row refers to, by parameter.</summary>
    public IReadOnlyDictionary<string, SecretName> Secrets => _secrets;

    /// <summary>A parameter's text, or null when the row gives none and there is no default.</summary>
    public string? this[string parameter] => _values.GetValueOrDefault(parameter);

    /// <summary>
    /// The column that a value of a shipped template comes from, or would come from; null when it comes from none, or from more than one. For messages:
    /// the author of a row does not see the template.
    /// </summary>
    /// <param name="where">The path of the value in the tree, with or without its line.</param>
    public string? ColumnOf(string where) => _columns.GetValueOrDefault(where.Split(" (line ", 2)[0]) is { Length: > 0 } column ? column : null;

    /// <summary>Checks a row against parameters.</summary>
    /// <param name="parameters">What may be given.</param>
    /// <param name="owner">Whose parameters they are, for messages.</param>
    /// <param name="row">The row.</param>
    /// <param name="isCommon">Columns that are no parameters.</param>
    /// <param name="problems">Takes what is wrong.</param>
    public static BoundParameters Bind(IReadOnlyList<RowParameter> parameters, string owner, TableRow row, Func<string, bool> isCommon, Problems problems)
    {
        var bound = new BoundParameters();
        foreach (var parameter in parameters)
        {
            bound._parameters[parameter.Name] = parameter;
            bound.Bind(parameter, row[parameter.Name], problems);
        }

        foreach (var (column, _) in row.Columns.Where(column => !IsText(column.Value)))
        {
            problems.Add(column, "holds half of a surrogate pair, which is no text; write it anew.");
        }

        foreach (var column in row.Columns.Keys.Where(column => !isCommon(column)).Order(StringComparer.Ordinal))
        {
            if (!parameters.Any(parameter => parameter.Name.Equals(column, StringComparison.OrdinalIgnoreCase)))
            {
                var names = parameters.Select(parameter => parameter.Name).Order(StringComparer.Ordinal);
                problems.Add(column, $"is no parameter of {owner}; its parameters: {string.Join(", ", names)}.");
            }
        }

        return bound;
    }

    /// <summary>
    /// Puts the values into a tree: each <c>{parameter}</c> becomes its text; an entry whose value is absent is left out; secrets and
    /// the placeholders of <see cref="RunPlaceholders"/> stay. A map or list of which nothing is left is left out as well.
    /// </summary>
    /// <returns>The tree, or null when the node itself is left out.</returns>
    public SettingNode? Fill(SettingNode node, string path, Problems problems)
    {
        switch (node)
        {
            case SettingText text:
                return Fill(text, path, problems);
            case SettingList list:
                SettingNode[] items = [.. list.Items.Select(item => Fill(item, path, problems)).OfType<SettingNode>()];
                return items.Length == 0 && list.Items.Count > 0 ? null : new SettingList(list.Line, items);
            case SettingMap map:
                var entries = new List<KeyValuePair<string, SettingNode>>(map.Entries.Count);
                foreach (var (key, value) in map.Entries)
                {
                    if (SettingKeys.IsCode(map, key))
                    {
                        entries.Add(new(key, value));
                    }
                    else if (Fill(value, path.Length == 0 ? key : $"{path}.{key}", problems) is { } filled)
                    {
                        entries.Add(new(key, filled));
                    }
                }

                return entries.Count == 0 && map.Entries.Count > 0 ? null : new SettingMap(map.Line, entries);
            default:
                return node;
        }
    }

    private static bool IsText(string value)
    {
        for (var at = 0; at < value.Length; at++)
        {
            var isPair = char.IsHighSurrogate(value[at]) && at + 1 < value.Length && char.IsLowSurrogate(value[at + 1]);
            if (char.IsSurrogate(value[at]) && !isPair)
            {
                return false;
            }

            at += isPair ? 1 : 0;
        }

        return true;
    }

    private SettingText? Fill(SettingText node, string path, Problems problems)
    {
        if (!node.Value.Contains('{', StringComparison.Ordinal))
        {
            return node;
        }

        if (SettingReader.Template(node, path, problems) is not { } template)
        {
            return null;
        }

        // With a line it stands in the row's own definition, which its author sees.
        string[] columns = node.Line > 0 ? [] : [.. template.Parts.Select(part => part.Name).OfType<string>().Where(_parameters.ContainsKey).Distinct()];
        string[] absent = [.. columns.Where(column => !_values.ContainsKey(column) && !_secrets.ContainsKey(column))];
        var source = absent.Length == 1 ? absent[0] : columns.Length == 1 ? columns[0] : "";
        _columns[path] = _columns.ContainsKey(path) ? "" : source;
        var typed = template.Only is { Name: { } only } && _parameters.TryGetValue(only, out var parameter)
            && parameter.Type is ParameterType.Integer or ParameterType.Boolean;
        var filled = template.Fill(part => Fill(part, path, problems));
        return filled is null ? null : node with { Value = filled, Plain = node.Plain || typed };
    }

    // Null leaves the whole entry out.
    private string? Fill(TextTemplate.Part part, string path, Problems problems)
    {
        var name = part.Name!;
        if (RunPlaceholders.IsKnown(name) || _secrets.ContainsKey(name))
        {
            return part.Text;
        }

        if (!_parameters.TryGetValue(name, out var parameter))
        {
            var allowed = RunPlaceholders.All.Concat(_parameters.Keys.Order(StringComparer.Ordinal));
            problems.Add(path, $"uses the unknown placeholder '{part.Text}'; allowed: {string.Join(", ", allowed)}.");
            return null;
        }

        if (!_values.TryGetValue(name, out var value) || parameter.Type == ParameterType.Template)
        {
            return value;
        }

        return TextTemplate.Escape(IsAddress(path) ? Segment(value, parameter, problems) : value);
    }

    private static bool IsAddress(string path) => path is "request.path" or "next.path";

    // In an address a value is one segment: a slash, query or dots of its own would ask for something else.
    private static string Segment(string value, RowParameter parameter, Problems problems)
    {
        if (value is "." or "..")
        {
            problems.Add(parameter.Name, $"is '{value}', which leads elsewhere in an address.");
        }

        return Uri.EscapeDataString(value);
    }

    private void Bind(RowParameter parameter, string? text, Problems problems)
    {
        text ??= parameter.Default;
        if (text is null)
        {
            if (parameter.Required)
            {
                problems.Add(parameter.Name, $"is missing: {parameter.Description}");
                StandIn(parameter);
            }

            return;
        }

        if (parameter.Secret)
        {
            if (SecretName.TryParse(text, out var secret))
            {
                _secrets[parameter.Name] = secret;
            }
            else
            {
                problems.Add(parameter.Name, NoReference);
                StandIn(parameter);
            }

            return;
        }

        if (ParameterText.WhatIsWrong(parameter, text) is { } wrong)
        {
            problems.Add(parameter.Name, wrong);
        }

        _values[parameter.Name] = text.Trim();
    }

    // So that what only follows from a missing value is not reported as well; the row is refused anyway.
    private void StandIn(RowParameter parameter)
    {
        if (parameter.Secret)
        {
            _secrets[parameter.Name] = new SecretName("missing");
            return;
        }

        _values[parameter.Name] = parameter.Type switch
        {
            ParameterType.Host => "missing.invalid",
            ParameterType.Url => "https://missing.invalid",
            ParameterType.Integer => "0",
            ParameterType.Boolean => "false",
            ParameterType.Duration => "1d",
            _ => parameter.Allowed.Count > 0 ? parameter.Allowed[0] : parameter.Example ?? "missing",
        };
    }
}
