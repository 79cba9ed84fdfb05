using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using AuditFunctions.Configuration;
using AuditFunctions.Destinations.Lines;
using AuditFunctions.Events;

namespace AuditFunctions.Destinations.Syslog;

/// <summary>What a message says of an event. Immutable.</summary>
internal abstract class SyslogContent
{
    // A tab is left to the format.
    private static readonly SearchValues<char> Controls = SearchValues.Create([.. Enumerable.Range(0, 0xA0).Select(code => (char)code).Where(c => char.IsControl(c) && c != '\t')]);

    /// <summary>Writes it; it holds no line break.</summary>
    public abstract void Write(PooledBytes into, LinesBody body, int number);

    /// <summary>The text without control characters: a NUL ends a message for receivers that are written in C, and hides what stands behind it.</summary>
    private protected static string Plain(string text) =>
        text.AsSpan().ContainsAny(Controls) ? string.Create(text.Length, text, (plain, from) => from.AsSpan().ReplaceAny(plain, Controls, ' ')) : text;

    private protected static void Write(PooledBytes into, string text) => into.Advance(Encoding.UTF8.GetBytes(text, into.GetSpan(text.Length * 3)));
}

/// <summary>The event itself, or with its envelope the whole line.</summary>
internal sealed class JsonContent(bool hasEnvelope) : SyslogContent
{
    /// <inheritdoc/>
    public override void Write(PooledBytes into, LinesBody body, int number) => into.Write(hasEnvelope ? body.Line(number) : body.Event(number));
}

/// <summary>Who an event comes from and what it is, for headers of CEF and LEEF.</summary>
/// <param name="Vendor">The vendor.</param>
/// <param name="Product">The product; null: the source's name.</param>
/// <param name="EventId">Where an event says what it is.</param>
internal sealed record EventNaming(string Vendor, string? Product, FieldMap EventId)
{
    /// <summary>Its version, of which no vendor tells.</summary>
    public const string Version = "1";

    /// <summary>What an event is.</summary>
    public string Of(LinesBody body, int number) => EventId.Of(body, number).First().Value is { Length: > 0 } id ? id : "event";
}

/// <summary>ArcSight's Common Event Format ("ArcSight Common Event Format Implementation Standard", version 27).</summary>
internal sealed class CefContent(EventNaming naming, FieldMap fields) : SyslogContent
{
    // Of an audit event nothing says how grave it is.
    private const int Severity = 3;
    private const string Label = "Label";

    /// <inheritdoc/>
    public override void Write(PooledBytes into, LinesBody body, int number)
    {
        var name = naming.Of(body, number);
        Write(into, $"CEF:0|{Header(naming.Vendor, 63)}|{Header(naming.Product ?? body.Source, 63)}|{EventNaming.Version}|{Header(name, 1023)}|{Header(name, 512)}|{Severity.ToString(CultureInfo.InvariantCulture)}|");
        var isFirst = true;
        var all = fields.Of(body, number).ToList();
        foreach (var (key, value) in all)
        {
            // A label says nothing where what it names is not there.
            if (string.IsNullOrEmpty(value) || (key.EndsWith(Label, StringComparison.Ordinal) && all.Exists(field => string.IsNullOrEmpty(field.Value) && key == field.Key + Label)))
            {
                continue;
            }

            // src takes IPv4 only.
            var isV6 = key == "src" && IPAddress.TryParse(value, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6;
            Write(into, $"{(isFirst ? "" : " ")}{(isV6 ? "c6a2Label=Source IPv6 Address c6a2" : key)}={Value(value)}");
            isFirst = false;
        }
    }

    private static string Header(string text, int most) =>
        Plain(SafeText.Start(text, most).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" "));

    private static string Value(string text) => Plain(text
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("=", "\\=", StringComparison.Ordinal)
        .ReplaceLineEndings("\n")
        .Replace("\n", "\\n", StringComparison.Ordinal));
}

/// <summary>IBM's Log Event Extended Format ("LEEF event format", ibm.com), version 1.0 or 2.0 with tabs between attributes. It has no escapes: what would end a value becomes a space.</summary>
internal sealed class LeefContent(bool isOld, EventNaming naming, FieldMap fields) : SyslogContent
{
    private const int MaxEventId = 255;

    /// <inheritdoc/>
    public override void Write(PooledBytes into, LinesBody body, int number)
    {
        var name = Header(naming.Of(body, number));
        Write(into, $"LEEF:{(isOld ? "1.0" : "2.0")}|{Header(naming.Vendor)}|{Header(naming.Product ?? body.Source)}|{EventNaming.Version}|{name[..Math.Min(name.Length, MaxEventId)]}|{(isOld ? "" : "x09|")}");
        var isFirst = true;
        foreach (var (key, value) in fields.Of(body, number))
        {
            if (!string.IsNullOrEmpty(value))
            {
                Write(into, $"{(isFirst ? "" : "\t")}{key}={Value(value)}");
                isFirst = false;
            }
        }
    }

    private static string Header(string text) => Value(text).Replace('|', ' ').Replace('^', ' ');

    private static string Value(string text) => Plain(text.Replace('\t', ' ').ReplaceLineEndings(" "));
}

/// <summary>The fields' values with commas between them (RFC 4180), but without line breaks.</summary>
internal sealed class CsvContent(FieldMap fields) : SyslogContent
{
    /// <inheritdoc/>
    public override void Write(PooledBytes into, LinesBody body, int number) =>
        Write(into, string.Join(',', fields.Of(body, number).Select(field => Value(Plain((field.Value ?? "").ReplaceLineEndings(" "))))));

    private static string Value(string text) => text.AsSpan().ContainsAny(',', '"') ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
