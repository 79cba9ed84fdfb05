using System.Text.RegularExpressions;
using AuditFunctions.Sources.Processors.Texts;

namespace AuditFunctions.Sources.Processors.Redact;

/// <summary>A shape of something that must not be read. Immutable.</summary>
internal interface IRedactionPattern
{
    /// <summary>Its word.</summary>
    string Name { get; }

    /// <summary>Whether a text without escapes may hold one: false only when it cannot.</summary>
    bool MayFit(ReadOnlySpan<byte> utf8);

    /// <summary>The text with everything that fits replaced; null when nothing does.</summary>
    /// <exception cref="RegexMatchTimeoutException">It took too long.</exception>
    string? Replace(string text, RedactedValue replacement, ExpressionTime time);
}

/// <summary>What fits an expression, and a test where there is one.</summary>
/// <param name="name">Its word.</param>
/// <param name="expression">One that never goes back.</param>
/// <param name="needs">Bytes of which each text that fits holds one; null when that is not known.</param>
/// <param name="shortest">Bytes that each text that fits has at least.</param>
/// <param name="part">The part of what fits the expression that is replaced; null for none. Without it all of it is.</param>
internal sealed class RegexPattern(string name, Regex expression, byte[]? needs = null, int shortest = 0, Func<string, Range?>? part = null) : IRedactionPattern
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public bool MayFit(ReadOnlySpan<byte> utf8) => utf8.Length >= shortest && (needs is null || utf8.IndexOfAny(needs) >= 0);

    /// <inheritdoc/>
    public string? Replace(string text, RedactedValue replacement, ExpressionTime time)
    {
        var isChanged = false;
        var length = 0L;
        var replaced = expression.Replace(text, match =>
        {
            time.Check();
            if (match.Length == 0 || (part is not null && part(match.Value) is null))
            {
                return match.Value;
            }

            isChanged = true;
            var range = part?.Invoke(match.Value) ?? Range.All;
            var instead = string.Concat(match.Value.AsSpan()[..range.Start], replacement.Of(match.Value.AsSpan()[range]), match.Value.AsSpan()[range.End..]);
            ProcessorBuffer.Check(length += instead.Length);
            return instead;
        });
        return isChanged ? replaced : null;
    }
}
