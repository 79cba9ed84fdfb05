using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;

namespace AuditFunctions.Destinations.SplunkHec;

/// <summary>A text in which <c>{source}</c>, <c>{partition}</c>, <c>{template}</c> and <c>{vendor}</c> stand for where an event comes from. Immutable.</summary>
internal sealed partial class HecPattern
{
    private const string Any = "{source}, {partition}, {template} and {vendor}";
    private readonly (byte[] Before, string? Field)[] _parts;
    private readonly int _fixedBytes;

    /// <summary>Makes it of its text.</summary>
    public HecPattern(string text)
    {
        Text = text;
        _parts = [.. PartsOf(text)];
        _fixedBytes = _parts.Sum(part => part.Before.Length);
    }

    /// <summary>The text.</summary>
    public string Text { get; }

    /// <summary>Most bytes that it takes.</summary>
    public int BytesOf(in BodyContext context)
    {
        var bytes = _fixedBytes;
        foreach (var (_, field) in _parts)
        {
            bytes += field is null ? 0 : 6 * ValueOf(field, context).Length;
        }

        return bytes;
    }

    /// <summary>Writes it as the inside of a JSON string.</summary>
    public void Write(ref FrameWriter frame, in BodyContext context)
    {
        foreach (var (before, field) in _parts)
        {
            frame.Write(before);
            if (field is not null)
            {
                // A template of one's own calls its vendor as it likes, and vendors call their partitions as theirs like.
                frame.WriteJsonText(ValueOf(field, context));
            }
        }
    }

    /// <summary>What it says of a body.</summary>
    public string Of(BodyContext context) => Fields().Replace(Text, field => ValueOf(field.Value, context));

    /// <summary>Checks a column: braces stand for nothing else.</summary>
    public static void Check(BoundParameters columns, string column, Problems problems)
    {
        if (Fields().Replace(columns[column] ?? "", "").AsSpan().ContainsAny('{', '}'))
        {
            problems.Add(column, $"may hold {Any}, and no other braces.");
        }
    }

    private static string ValueOf(string field, in BodyContext context) => field switch
    {
        "{partition}" => context.Partition,
        "{template}" => context.Template ?? context.Source,
        "{vendor}" => context.Vendor ?? context.Source,
        _ => context.Source,
    };

    private static IEnumerable<(byte[] Before, string? Field)> PartsOf(string text)
    {
        var at = 0;
        foreach (Match field in Fields().Matches(text))
        {
            yield return (Escaped(text[at..field.Index]), field.Value);
            at = field.Index + field.Length;
        }

        yield return (Escaped(text[at..]), null);
    }

    private static byte[] Escaped(string text) => Encoding.UTF8.GetBytes(JsonEncodedText.Encode(text).ToString());

    [GeneratedRegex(@"\{(?:source|partition|template|vendor)\}", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Fields();
}
