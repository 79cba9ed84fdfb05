using System.Globalization;

namespace AuditFunctions.Sources.Answers;

/// <summary>The member names of events that are made of rows: those of the columns; <c>column7</c> where there is none, <c>name_2</c> where one stands twice.</summary>
internal sealed class ColumnNames
{
    private readonly List<string> _names = [];
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);

    // The number that the next column of a name gets: counted on, so that many of one name cost no more than as many of different ones.
    private readonly Dictionary<string, int> _again = new(StringComparer.Ordinal);

    /// <summary>Adds the next column.</summary>
    public void Add(string name)
    {
        var wanted = name.Trim() is { Length: > 0 } text ? text : Numbered("column", _names.Count + 1);
        var free = wanted;
        if (!_used.Add(free))
        {
            var again = _again.GetValueOrDefault(wanted, 2);
            do
            {
                free = Numbered(wanted + "_", again++);
            }
            while (!_used.Add(free));

            _again[wanted] = again;
        }

        _names.Add(free);
    }

    /// <summary>How many there are.</summary>
    public int Count => _names.Count;

    /// <summary>Whether a column has this name.</summary>
    public bool Contains(string name) => _used.Contains(name);

    /// <summary>Which column has this name, from 0; -1 for none.</summary>
    public int IndexOf(string name) => _names.IndexOf(name);

    /// <summary>The name of a column, from 0.</summary>
    public string this[int column]
    {
        get
        {
            while (column >= _names.Count)
            {
                Add("");
            }

            return _names[column];
        }
    }

    private static string Numbered(string text, int number) => string.Create(CultureInfo.InvariantCulture, $"{text}{number}");
}
