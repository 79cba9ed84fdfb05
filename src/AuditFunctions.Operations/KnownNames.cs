using AuditFunctions.Configuration;
using AuditFunctions.Hosting;

namespace AuditFunctions.Operations;

/// <summary>Finds things by name, and says which there are when there is none of that name.</summary>
public static class KnownNames
{
    private const int MostNamed = 50;

    /// <summary>Finds a row by name.</summary>
    /// <param name="rows">The rows by name.</param>
    /// <param name="noun">What they are: source, destination, template or type.</param>
    /// <param name="name">The name.</param>
    /// <exception cref="OperationException">There is none; the message says which there are.</exception>
    public static T Find<T>(this IReadOnlyDictionary<string, T> rows, string noun, string name) =>
        rows.TryGetValue(name, out var row) ? row : throw Unknown(noun, name, rows.Keys);

    /// <summary>Says that there is no such row, and which there are.</summary>
    /// <param name="noun">What they are.</param>
    /// <param name="name">The name.</param>
    /// <param name="known">Those that there are.</param>
    /// <param name="add">How to make the first one.</param>
    public static OperationException Unknown(string noun, string name, IEnumerable<string> known, string add = "add rows with 'auditfn apply FILE'")
    {
        string[] names = [.. known.Order(StringComparer.Ordinal)];
        if (names.Length > MostNamed)
        {
            var near = NearNames.Of(name, names);
            return new OperationException($"There is no {noun} '{name}'.{Nearest.Question(name, names)} "
                + (near.Count > 0 ? $"Of {names.Length:N0} {noun}s these are near it: {string.Join(", ", near)}." : $"None of {names.Length:N0} {noun}s is near it."));
        }

        var others = names.Length > 0 ? $"{noun}s: {string.Join(", ", names)}." : $"there are no {noun}s yet; {add}.";
        return new OperationException($"There is no {noun} '{name}'; {others}{Nearest.Question(name, names)}");
    }
}
