using System.Diagnostics.CodeAnalysis;

namespace AuditFunctions.Events;

/// <summary>
/// A path to fields of an event, for what is changed or looked at: a <see cref="JsonPath"/> in which <c>[*]</c> stands for every element of an
/// array, <c>*</c> in a name for any characters, and <c>**.</c> at the start for every depth. Unlike a <see cref="JsonPath"/> it means every member of a name that stands twice, so that
/// nothing hides behind a duplicate. Immutable and thread safe.
/// </summary>
public sealed class FieldPath
{
    private const string Everywhere = "**.";
    private const string EveryElement = "[*]";
    private const int MostSteps = 32;

    private readonly string _text;

    private FieldPath(string text, PathStep?[] steps, bool isAnywhere, FieldKinds kinds = FieldKinds.All)
    {
        _text = text;
        Steps = steps;
        IsAnywhere = isAnywhere;
        Kinds = kinds;
    }

    /// <summary>Whether it is the event itself.</summary>
    public bool IsRoot => Steps.Length == 0;

    /// <summary>The names from the root on, when the path is made of nothing else; null when it is not.</summary>
    public IReadOnlyList<string>? Names =>
        IsAnywhere || Steps.Any(step => step is not { Kind: PathStepKind.Name }) ? null : [.. Steps.Select(step => step!.Name.Text)];

    /// <summary>Which values it leads to; where another one stands, it leads on to those of its name inside that.</summary>
    public FieldKinds Kinds { get; }

    /// <summary>Its steps; null is every element.</summary>
    internal PathStep?[] Steps { get; }

    /// <summary>Whether it starts at every depth.</summary>
    internal bool IsAnywhere { get; }

    /// <summary>Reads a path; on <see langword="false"/>, <paramref name="error"/> says what is allowed.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out FieldPath? path, [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        path = null;
        var isAnywhere = text.StartsWith(Everywhere, StringComparison.Ordinal);
        var steps = new List<PathStep?>();
        var pieces = (isAnywhere ? text[Everywhere.Length..] : text).Split(EveryElement);
        for (var at = 0; at < pieces.Length; at++)
        {
            var piece = at > 0 && pieces[at].StartsWith('.') ? pieces[at][1..] : pieces[at];
            if (piece.Length > 0 || (at == 0 && pieces.Length == 1))
            {
                if (!JsonPathParser.TryParse(piece, out var part, out error, patterns: true))
                {
                    error = $"'{text}' is not a path: {error} Here [*] is every element, * in a name any characters, and **. at the start every depth.";
                    return false;
                }

                steps.AddRange(part.Steps);
            }

            if (at < pieces.Length - 1)
            {
                steps.Add(null);
            }
        }

        error = isAnywhere && steps is not [{ Kind: PathStepKind.Name or PathStepKind.Pattern }, ..] ? $"'{text}' is not a path: a name must follow '{Everywhere}'."
            : steps.Count > MostSteps ? $"'{text}' has {steps.Count} steps; allowed: {MostSteps}."
            : null;
        path = error is null ? new FieldPath(text, [.. steps], isAnywhere) : null;
        return error is null;
    }

    /// <summary>The same path to some values alone: what is none of them does not hide one of its name that stands inside it.</summary>
    public FieldPath Only(FieldKinds kinds) => new(_text, Steps, IsAnywhere, kinds);

    /// <summary>Whether it may mean something inside of what stands at another path, without finding it there. Rather yes than no.</summary>
    public bool MayMiss(FieldPath closed)
    {
        ArgumentNullException.ThrowIfNull(closed);

        // One that starts at every depth goes into arrays, but not into texts, nor on from the array itself.
        return (IsAnywhere && (closed.Kinds != FieldKinds.Arrays || Steps.Length > 1))
            || (!IsAnywhere && closed.IsAnywhere)
            || (IsAnywhere == closed.IsAnywhere && Steps.Length > closed.Steps.Length && closed.Steps.Zip(Steps).All(pair => MayBeSame(pair.First, pair.Second)));
    }

    /// <summary>The path as it was written.</summary>
    public override string ToString() => _text;

    /// <summary>Whether it leads to a value that starts with a byte.</summary>
    internal bool Takes(byte start) => Kinds switch
    {
        FieldKinds.Scalars => start is not ((byte)'{' or (byte)'['),
        FieldKinds.Texts => start == '"',
        FieldKinds.Arrays => start == '[',
        _ => true,
    };

    private static bool MayBeSame(PathStep? one, PathStep? other) =>
        IsMember(one) == IsMember(other)
        && (one is null || other is null || one.Kind != other.Kind || one.Kind is not (PathStepKind.Name or PathStepKind.Index)
            || (one.Name.Text == other.Name.Text && one.Index == other.Index));

    private static bool IsMember(PathStep? step) => step is { Kind: PathStepKind.Name or PathStepKind.Pattern };
}
