using System.Globalization;

namespace AuditFunctions.Sources.Answers;

/// <summary>The member names of events that are made of rows: those of the columns; <c>column7</c> where there is none, <c>name_2</c> where one stands twice.</summary>
internal sealed class ColumnNames
{
    private readonly List<string> _names = [];
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);

    /// <summary>Adds the next column.</summary>
    public void Add(string name)
    {
        var wanted = name.Trim() is { Length: > 0 } text ? text : Numbered("column", _names.Count + 1);
        var free = wanted;
        for (var again = 2; !_used.Add(free); again++)
        {
            free = Numbered(wanted + "_", again);
        }

        _names.Add(free);
    }

    /// <summary>How many there are.</summary>
    public int Count => _names.Count;

    /// <summary>Whether a column has this name.</summary>
    public bool Contains(string name) => _used.Contains(name);

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
