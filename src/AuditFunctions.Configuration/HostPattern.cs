namespace AuditFunctions.Configuration;

/// <summary>A host's name, or <c>*.</c> and a name for all names below it.</summary>
public static class HostPattern
{
    private const string Below = "*.";
    private static readonly char[] Between = [',', ';', ' ', '\t', '\r', '\n'];

    /// <summary>The parts of a list, with commas, semicolons or blanks between them.</summary>
    public static string[] Split(string? list) => (list ?? "").Split(Between, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Whether a pattern stands for all names below its own.</summary>
    public static bool IsBelow(string pattern) => pattern.StartsWith(Below, StringComparison.Ordinal);

    /// <summary>The name in a pattern.</summary>
    public static string NameIn(string pattern) => IsBelow(pattern) ? pattern[Below.Length..] : pattern;

    /// <summary>Whether a host, with its port where the pattern has one, is meant. <c>*.example.com</c> stands for what is below, not for <c>example.com</c> itself.</summary>
    public static bool Matches(string pattern, string host) => IsBelow(pattern)
        ? host.Length >= pattern.Length && host.EndsWith(pattern[1..], StringComparison.OrdinalIgnoreCase)
        : host.Equals(pattern, StringComparison.OrdinalIgnoreCase);
}
