using System.Text;

namespace AuditFunctions.Configuration;

/// <summary>
/// Text with placeholders: <c>created:&gt;={from:iso8601-s}</c>. A placeholder is <c>{name}</c> or <c>{name:format}</c>; when its value
/// is absent the whole entry is left out, while <c>{name?}</c> becomes nothing. <c>{{</c> and <c>}}</c> stand for braces. Immutable.
/// </summary>
public sealed class TextTemplate
{
    private TextTemplate(IReadOnlyList<Part> parts) => Parts = parts;

    /// <summary>The parts in order; neighbouring literals are joined.</summary>
    public IReadOnlyList<Part> Parts { get; }

    /// <summary>The text, when it holds no placeholder.</summary>
    public string? Literal => Parts.Count == 0 ? "" : Parts is [{ Name: null } only] ? only.Text : null;

    /// <summary>The one placeholder that is the whole text, if so.</summary>
    public Part? Only => Parts is [{ Name: not null } only] ? only : null;

    /// <summary>A literal (<see cref="Name"/> is null) or a placeholder.</summary>
    /// <param name="Text">The literal's text, or the placeholder as it was written.</param>
    /// <param name="Name">The placeholder's name.</param>
    /// <param name="Format">What stands after the colon, or null.</param>
    /// <param name="Optional">Whether an absent value becomes nothing.</param>
    public sealed record Part(string Text, string? Name = null, string? Format = null, bool Optional = false);

    /// <summary>A template that is only text.</summary>
    public static TextTemplate OfLiteral(string text) => new([new Part(text)]);

    /// <summary>Reads a template.</summary>
    /// <exception cref="FormatException">A brace without its partner or an empty placeholder name.</exception>
    public static TextTemplate Parse(string text)
    {
        var parts = new List<Part>();
        var literal = new StringBuilder();
        for (var at = 0; at < text.Length; at++)
        {
            var current = text[at];
            if (current is not ('{' or '}'))
            {
                literal.Append(current);
            }
            else if (at + 1 < text.Length && text[at + 1] == current)
            {
                literal.Append(current);
                at++;
            }
            else if (current == '}')
            {
                throw new FormatException($"a '}}' at position {at} closes nothing; write '}}}}' for a brace.");
            }
            else
            {
                var end = text.IndexOf('}', at);
                if (end < 0)
                {
                    throw new FormatException($"the '{{' at position {at} is never closed; write '{{{{' for a brace.");
                }

                Flush(parts, literal);
                parts.Add(Placeholder(text[at..(end + 1)]));
                at = end;
            }
        }

        Flush(parts, literal);
        return new TextTemplate(parts);
    }

    /// <summary>Writes text so that it reads back as a literal.</summary>
    public static string Escape(string literal) =>
        literal.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal);

    /// <summary>The text with every placeholder replaced; null when one without <c>?</c> has no value.</summary>
    public string? Render(Func<Part, string?> valueOf)
    {
        if (Literal is { } text)
        {
            return text;
        }

        var rendered = new StringBuilder();
        foreach (var part in Parts)
        {
            var value = part.Name is null ? part.Text : valueOf(part);
            if (value is null && !part.Optional)
            {
                return null;
            }

            rendered.Append(value);
        }

        return rendered.ToString();
    }

    /// <summary>As <see cref="Render"/>, but the result is the text of a template again: literals stay escaped, values are taken as they are.</summary>
    public string? Fill(Func<Part, string?> textOf)
    {
        var filled = new StringBuilder();
        foreach (var part in Parts)
        {
            var text = part.Name is null ? Escape(part.Text) : textOf(part);
            if (text is null && !part.Optional)
            {
                return null;
            }

            filled.Append(text);
        }

        return filled.ToString();
    }

    /// <inheritdoc/>
    public override string ToString() => string.Concat(Parts.Select(part => part.Name is null ? Escape(part.Text) : part.Text));

    private static void Flush(List<Part> parts, StringBuilder literal)
    {
        if (literal.Length > 0)
        {
            parts.Add(new Part(literal.ToString()));
            literal.Clear();
        }
    }

    private static Part Placeholder(string text)
    {
        var inner = text[1..^1];
        var colon = inner.IndexOf(':', StringComparison.Ordinal);
        var name = colon < 0 ? inner : inner[..colon];
        var optional = name.EndsWith('?');
        name = optional ? name[..^1] : name;
        if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '@'))
        {
            throw new FormatException($"'{text}' is no placeholder: a name has letters, digits, '.', '_', '-' and '@'; write '{{{{' for a brace.");
        }

        return new Part(text, name, colon < 0 ? null : inner[(colon + 1)..], optional);
    }
}
