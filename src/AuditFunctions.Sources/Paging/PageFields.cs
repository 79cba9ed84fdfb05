using AuditFunctions.Configuration;
using AuditFunctions.Events;
using AuditFunctions.Sources.Answers;

namespace AuditFunctions.Sources.Paging;

/// <summary>Gathers the paths outside of events that a definition asks for, so that a page is read once for all of them.</summary>
internal sealed class PageFields
{
    private readonly List<JsonPath> _paths = [];

    /// <summary>The paths, in the order of their indexes.</summary>
    public IReadOnlyList<JsonPath> Paths => _paths;

    /// <summary>Whether the page is made of an answer of another shape, which then stands inside it.</summary>
    public bool IsShaped { get; set; }

    /// <summary>Adds the path that a key holds.</summary>
    /// <returns>Its index, or -1 when the key is absent or wrong.</returns>
    public int AddOptional(SettingReader reader, string key) => Add(reader, key, "");

    /// <summary>Adds the path of a field of the last event.</summary>
    public int AddLastEvent(SettingReader reader, string key, JsonPath events)
    {
        reader.Required(key);
        return Add(reader, key, events.IsRoot ? "[-1]." : $"{events}[-1].");
    }

    private int Add(SettingReader reader, string key, string prefix)
    {
        if (reader.Text(key) is not { } text)
        {
            return -1;
        }

        var full = IsShaped && prefix.Length == 0 ? ShapedPage.Below(text) : prefix + text;
        if (!JsonPath.TryParse(text, out _, out var error) || !JsonPath.TryParse(full, out var path, out error))
        {
            reader.Problems.Add(reader.At(key), error);
            return -1;
        }

        var at = _paths.FindIndex(known => known.ToString() == path.ToString());
        if (at >= 0)
        {
            return at;
        }

        _paths.Add(path);
        return _paths.Count - 1;
    }
}
