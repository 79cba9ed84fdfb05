namespace AuditFunctions.Sources.Definition;

/// <summary>A value in an answer that tells what the answer means.</summary>
/// <param name="Path">Where it stands in the body; null for a header.</param>
/// <param name="Header">The response header that holds it; null for the body.</param>
/// <param name="Is">The value that counts; null for others.</param>
/// <param name="IsNot">The only value that does not count, where all others do and none at all does too; null for others.</param>
public sealed record ErrorSign(string? Path, string? Header, string? Is, string? IsNot)
{
    private static readonly string[] Nothing = ["", "false", "0", "[]", "{}"];

    /// <summary>Whether a value counts; without <see cref="Is"/> and <see cref="IsNot"/> every one does but null, false, 0, an empty text, array or object.</summary>
    /// <param name="text">The value; null when there is none.</param>
    public bool Matches(string? text) => Is is { } bad ? text == bad : IsNot is { } good ? text != good : IsSomething(text);

    /// <summary>Whether it counts wherever the other one does.</summary>
    public bool Covers(ErrorSign other) => Path == other.Path && string.Equals(Header, other.Header, StringComparison.OrdinalIgnoreCase)
        && ((Is == other.Is && IsNot == other.IsNot) || (other.Is is { } one && Matches(one)));

    /// <summary>It in words.</summary>
    public override string ToString() =>
        (Header is null ? $"'{Path}'" : $"header '{Header}'") + (Is is not null ? $" is '{Is}'" : IsNot is not null ? $" is not '{IsNot}'" : "");

    private static bool IsSomething(string? text) => text is not null && !Nothing.Contains(text, StringComparer.Ordinal);
}
