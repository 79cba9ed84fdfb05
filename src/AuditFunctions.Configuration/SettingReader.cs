using System.Globalization;

namespace AuditFunctions.Configuration;

/// <summary>
/// Reads a map strictly: every key is asked for by name, wrong values are collected as problems with their path and what is allowed,
/// and <see cref="Finish"/> reports each key that nobody asked for.
/// </summary>
public sealed class SettingReader(SettingMap map, string path, Problems problems)
{
    /// <summary>What is said of a key that must be there; who knows more of it adds what it is.</summary>
    public const string Missing = "is missing.";

    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <summary>Where the problems of this map are collected.</summary>
    public Problems Problems { get; } = problems;

    /// <summary>The map's own line.</summary>
    public int Line => map.Line;

    /// <summary>The path of a key, with its line when it has one.</summary>
    public string At(string key)
    {
        var full = path.Length == 0 ? key : $"{path}.{key}";
        return map[key] is { Line: > 0 } node ? $"{full} (line {node.Line})" : full;
    }

    /// <summary>The path of the map itself.</summary>
    public string Where => path;

    /// <summary>A reader of an item of a list that stands under a key.</summary>
    public SettingReader Item(string key, SettingMap item) => new(item, path.Length == 0 ? key : $"{path}.{key}", Problems);

    /// <summary>Whether a key is there.</summary>
    public bool Has(string key) => Node(key) is not null;

    /// <summary>The value as it is; YAML's null counts as absent.</summary>
    public SettingNode? Node(string key)
    {
        _known.Add(key);
        return map[key] is SettingText { IsNull: true } ? null : map[key];
    }

    /// <summary>Text with placeholders.</summary>
    public TextTemplate? Template(string key)
    {
        switch (Node(key))
        {
            case null:
                return null;
            case SettingText text:
                return Template(text, At(key), Problems);
            default:
                Problems.Add(At(key), "must be a text.");
                return null;
        }
    }

    /// <summary>Text with placeholders, from a node.</summary>
    public static TextTemplate? Template(SettingText text, string where, Problems problems)
    {
        try
        {
            return TextTemplate.Parse(text.Value);
        }
        catch (FormatException exception)
        {
            problems.Add(where, exception.Message);
            return null;
        }
    }

    /// <summary>Text without placeholders.</summary>
    public string? Text(string key)
    {
        var template = Template(key);
        if (template is not null && template.Literal is null)
        {
            Problems.Add(At(key), "takes no placeholders here.");
        }

        return template?.Literal;
    }

    /// <summary>Text as it stands, braces included: descriptions, examples, values of parameters.</summary>
    public string? Plain(string key)
    {
        switch (Node(key))
        {
            case null:
                return null;
            case SettingText text:
                return text.Value;
            default:
                Problems.Add(At(key), "must be a text.");
                return null;
        }
    }

    /// <summary>Text that must be there and not be empty.</summary>
    public string Required(string key)
    {
        var text = Text(key);
        if (string.IsNullOrWhiteSpace(text))
        {
            if (!Has(key) || text is not null)
            {
                Problems.Add(At(key), Missing);
            }

            return "";
        }

        return text;
    }

    /// <summary>One of some words; the first is the default.</summary>
    public string Choice(string key, params ReadOnlySpan<string> allowed)
    {
        var text = Text(key);
        if (text is null)
        {
            return allowed[0];
        }

        foreach (var word in allowed)
        {
            if (word == text)
            {
                return word;
            }
        }

        Problems.Add(At(key), $"is '{text}'; allowed: {string.Join(", ", allowed!)}.");
        return allowed[0];
    }

    /// <summary>A whole number within limits.</summary>
    public int? Integer(string key, int min, int max)
    {
        var text = Text(key);
        if (text is null)
        {
            return null;
        }

        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max)
        {
            return number;
        }

        Problems.Add(At(key), $"is '{text}'; allowed: a whole number from {min} to {max}.");
        return null;
    }

    /// <summary>A duration within limits.</summary>
    public TimeSpan? Duration(string key, TimeSpan min, TimeSpan max)
    {
        var text = Text(key);
        if (text is null)
        {
            return null;
        }

        if (Durations.TryParse(text, out var duration) && duration >= min && duration <= max)
        {
            return duration;
        }

        Problems.Add(At(key), $"is '{text}'; allowed: {Durations.Allowed}, from {Durations.Write(min)} to {Durations.Write(max)}.");
        return null;
    }

    /// <summary>true or false.</summary>
    public bool? Flag(string key)
    {
        var text = Text(key);
        if (text is null)
        {
            return null;
        }

        if (bool.TryParse(text, out var flag))
        {
            return flag;
        }

        Problems.Add(At(key), $"is '{text}'; allowed: true, false.");
        return null;
    }

    /// <summary>A map below this one.</summary>
    public SettingReader? Map(string key)
    {
        switch (Node(key))
        {
            case null:
                return null;
            case SettingMap inner:
                return new SettingReader(inner, path.Length == 0 ? key : $"{path}.{key}", Problems);
            default:
                Problems.Add(At(key), "must be a map of keys and values.");
                return null;
        }
    }

    /// <summary>A list, or a single item standing for a list of one.</summary>
    public IReadOnlyList<SettingNode> List(string key) => Node(key) switch
    {
        null => [],
        SettingList list => list.Items,
        { } single => [single],
    };

    /// <summary>A list of texts without placeholders.</summary>
    public IReadOnlyList<string> Texts(string key)
    {
        var texts = new List<string>();
        foreach (var item in List(key))
        {
            if (item is SettingText text && Template(text, At(key), Problems) is { Literal: { } literal })
            {
                texts.Add(literal);
            }
            else
            {
                Problems.Add(At(key), "must be a text or a list of texts.");
            }
        }

        return texts;
    }

    /// <summary>All keys with their values, each of which counts as known.</summary>
    public IEnumerable<KeyValuePair<string, SettingNode>> All()
    {
        foreach (var entry in map.Entries)
        {
            _known.Add(entry.Key);
            yield return entry;
        }
    }

    /// <summary>Reports the keys that nobody asked for.</summary>
    public void Finish()
    {
        foreach (var (key, _) in map.Entries)
        {
            if (!_known.Contains(key))
            {
                Problems.Add(At(key), $"is not known here; allowed: {string.Join(", ", _known.Order(StringComparer.Ordinal))}.{Nearest.Question(key, _known.Where(known => map[known] is null))}");
            }
        }
    }
}
