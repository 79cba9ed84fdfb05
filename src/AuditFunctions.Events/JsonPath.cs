using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace AuditFunctions.Events;

/// <summary>
/// A path to a value inside a JSON page or event: <c>a.b</c>; <c>['@odata.nextLink']</c> or <c>["..."]</c> for names with other
/// characters than letters, digits, <c>_</c> and <c>-</c>; <c>[0]</c> an element; <c>[-1]</c> the last element; <c>[rel=next]</c> the first
/// element whose member <c>rel</c> says <c>next</c>. The empty text or <c>$</c> is the root; a leading <c>$.</c> is accepted.
/// </summary>
/// <remarks>Immutable and thread safe. Where a name stands twice in an object, the first one is meant.</remarks>
public sealed class JsonPath : IEquatable<JsonPath>
{
    private readonly PathStep[] _steps;

    internal JsonPath(PathStep[] steps) => _steps = steps;

    /// <summary>The path to the whole page or event.</summary>
    public static JsonPath Root { get; } = new([]);

    /// <summary>Whether this is the path to the whole page or event.</summary>
    public bool IsRoot => _steps.Length == 0;

    /// <summary>Its steps, from the root on.</summary>
    public ReadOnlySpan<PathStep> Steps => _steps;

    /// <summary>How many steps from the start are plain member names.</summary>
    internal int PlainLength
    {
        get
        {
            int length = 0;
            while (length < _steps.Length && _steps[length].Kind == PathStepKind.Name)
            {
                length++;
            }

            return length;
        }
    }

    /// <summary>Reads a path.</summary>
    /// <exception cref="FormatException">The text is no path; the message says at which position and what is allowed.</exception>
    public static JsonPath Parse(string text) =>
        TryParse(text, out JsonPath? path, out string? error) ? path : throw new FormatException(error);

    /// <summary>Reads a path; on <see langword="false"/>, <paramref name="error"/> says at which position and what is allowed.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out JsonPath? path, [NotNullWhen(false)] out string? error) =>
        JsonPathParser.TryParse(text, out path, out error);

    /// <summary>The path in its shortest form; parsing it gives an equal path. The root is <c>$</c>.</summary>
    public override string ToString()
    {
        if (IsRoot)
        {
            return "$";
        }

        var text = new StringBuilder();
        foreach (PathStep step in _steps)
        {
            switch (step.Kind)
            {
                case PathStepKind.Name when JsonPathParser.IsPlain(step.Name.Text):
                    text.Append(text.Length > 0 ? "." : "").Append(step.Name.Text);
                    break;
                case PathStepKind.Name:
                    text.Append('[').Append(JsonPathParser.Quote(step.Name.Text)).Append(']');
                    break;
                case PathStepKind.Match:
                    text.Append('[').Append(PlainOrQuoted(step.Name.Text)).Append('=').Append(PlainOrQuoted(step.Text)).Append(']');
                    break;
                default:
                    text.Append('[').Append(step.Index).Append(']');
                    break;
            }
        }

        return text.ToString();
    }

    /// <summary>Two paths are equal when they choose by the same steps, however they were written.</summary>
    public bool Equals(JsonPath? other) => other is not null && ToString() == other.ToString();

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as JsonPath);

    /// <inheritdoc/>
    public override int GetHashCode() => string.GetHashCode(ToString(), StringComparison.Ordinal);

    private static string PlainOrQuoted(string text) => JsonPathParser.IsPlain(text) ? text : JsonPathParser.Quote(text);
}
