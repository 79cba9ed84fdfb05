using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace AuditFunctions.Events;

/// <summary>
/// How a vendor writes instants, in events and in request parameters: the text of a template, checked once. Immutable and thread safe.
/// </summary>
/// <remarks>
/// <c>iso8601</c>, <c>iso8601-s</c>, <c>iso8601-us</c>, <c>iso8601-ns</c> and <c>rfc3339</c> read alike (a date; optional time after
/// <c>T</c> or a space, with optional seconds and fraction; <c>Z</c>, an offset or no zone) and differ in what they write.
/// <c>rfc2822</c>; <c>unix-s</c>, <c>unix-ms</c>, <c>unix-us</c>, <c>unix-ns</c>, in every form of a JSON number; <c>json-date</c>, which
/// is <c>/Date(1769853600123)/</c>. Anything else is a .NET pattern such as <c>yyyy-MM-dd HH:mm:ss</c>. Text without a zone is read in the format's zone; where clocks change, a time that
/// exists twice is its earlier instant, and one that is skipped counts on as if the clock had not changed. Fractions finer than 100 ns are
/// rounded down.
/// </remarks>
public sealed class TimeFormat
{
    /// <summary>The usual one: <c>iso8601</c>, in UTC where the text names no zone.</summary>
    public static TimeFormat Iso8601 { get; } = TryParse("iso8601", null, out var format, out _) ? format : throw new System.Diagnostics.UnreachableException();

    private const int LongestCustomText = 128;
    private readonly string _text;
    private readonly TimeZoneInfo _zone;
    private readonly Kind _kind;
    private readonly bool _showsOffset;

    private TimeFormat(string text, Kind kind, TimeZoneInfo zone)
    {
        _text = text;
        _kind = kind;
        _zone = zone;
        _showsOffset = text.AsSpan().ContainsAny('z', 'K');
    }

    private enum Kind
    {
        Iso,
        IsoSeconds,
        IsoMicroseconds,
        IsoNanoseconds,
        Rfc3339,
        Rfc2822,
        UnixSeconds,
        UnixMilliseconds,
        UnixMicroseconds,
        UnixNanoseconds,
        JsonDate,
        Custom,
    }

    /// <summary>Reads a format's text.</summary>
    /// <param name="text">One of the names, or a .NET pattern.</param>
    /// <param name="zone">IANA name of the zone of text that shows none, such as <c>Europe/Berlin</c>; null or empty is UTC.</param>
    /// <param name="format">The format.</param>
    /// <param name="error">What is wrong and what is allowed.</param>
    public static bool TryParse(
        string text, string? zone, [NotNullWhen(true)] out TimeFormat? format, [NotNullWhen(false)] out string? error)
    {
        format = null;
        error = null;
        TimeZoneInfo? found = TimeZoneInfo.Utc;
        if (!string.IsNullOrEmpty(zone) && !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out found))
        {
            error = $"'{zone}' is no time zone known here. Allowed are IANA names such as Europe/Berlin.";
            return false;
        }

        Kind kind = KindOf(text);
        if (kind == Kind.Custom && !IsPattern(text))
        {
            error = $"'{text}' is no time format. Allowed are iso8601, iso8601-s, iso8601-us, iso8601-ns, rfc3339, rfc2822, unix-s, "
                + "unix-ms, unix-us, unix-ns, json-date and .NET patterns with year, month and day, such as yyyy-MM-dd HH:mm:ss (hh only with tt).";
            return false;
        }

        // A pattern that ends in Z says UTC in its text, whatever the zone.
        bool saysUtc = kind == Kind.Custom && (text.EndsWith('Z') || text.EndsWith("'Z'", StringComparison.Ordinal));
        format = new TimeFormat(text, kind, saysUtc ? TimeZoneInfo.Utc : found);
        return true;
    }

    /// <summary>Reads an instant from the text of a value, UTF-8 without quotes. Allocates nothing but for custom patterns.</summary>
    /// <returns>False for anything else than this format and for instants outside the years 1 to 9999; it never throws.</returns>
    public bool TryRead(ReadOnlySpan<byte> utf8, out DateTimeOffset instant) => _kind switch
    {
        Kind.UnixSeconds => TimeText.TryReadUnix(utf8, 0, out instant),
        Kind.UnixMilliseconds => TimeText.TryReadUnix(utf8, 3, out instant),
        Kind.UnixMicroseconds => TimeText.TryReadUnix(utf8, 6, out instant),
        Kind.UnixNanoseconds => TimeText.TryReadUnix(utf8, 9, out instant),
        Kind.Rfc2822 => TimeText.TryReadRfc2822(utf8, _zone, out instant),
        Kind.JsonDate => TimeText.TryReadJsonDate(utf8, out instant),
        Kind.Custom => TryReadCustom(utf8, out instant),
        _ => TimeText.TryReadIso(utf8, _zone, out instant),
    };

    /// <summary>Reads an instant from a value of a page, a string or a number; escapes of a string are resolved.</summary>
    /// <returns>As <see cref="TryRead(ReadOnlySpan{byte}, out DateTimeOffset)"/>; false for every other value.</returns>
    public bool TryRead(ReadOnlySpan<byte> page, JsonSlice value, out DateTimeOffset instant)
    {
        instant = default;
        ReadOnlySpan<byte> raw = page.Slice(value.Start, value.Length);
        if (value.Kind == JsonKind.Number || (value.Kind == JsonKind.String && !raw.Contains((byte)'\\')))
        {
            return TryRead(raw, out instant);
        }

        // An escape takes six bytes at most for one byte of a time.
        if (value.Kind != JsonKind.String || raw.Length > 6 * LongestCustomText)
        {
            return false;
        }

        Span<byte> text = stackalloc byte[6 * LongestCustomText];
        return TryRead(text[..JsonText.UnescapeTo(raw, text)], out instant);
    }

    /// <summary>
    /// Writes the start of a window, never later than the instant. Where clocks are turned back, a text without an offset names two instants:
    /// it then is the last text before that hour, so that nothing is left out however the vendor reads it.
    /// </summary>
    public string WriteStart(DateTimeOffset instant) =>
        IsTwice(instant, out DateTimeOffset first, out _) ? Write(first.AddTicks(-1)) : Write(instant);

    /// <summary>Writes the end of a window as <see cref="Write"/> does; where clocks are turned back, the first text after that hour.</summary>
    public string WriteEnd(DateTimeOffset instant) =>
        IsTwice(instant, out _, out DateTimeOffset end) ? Write(end) : Write(instant);

    /// <summary>Writes an instant for a request. What the format cannot say is cut off: the text is never later than the instant.</summary>
    public string Write(DateTimeOffset instant)
    {
        DateTime utc = instant.UtcDateTime;
        long ticks = utc.Ticks - DateTime.UnixEpoch.Ticks;
        return _kind switch
        {
            Kind.Iso => Text(utc, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'"),
            Kind.IsoSeconds => Text(utc, "yyyy-MM-dd'T'HH:mm:ss'Z'"),
            Kind.IsoMicroseconds => Text(utc, "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'"),
            Kind.IsoNanoseconds => Text(utc, "yyyy-MM-dd'T'HH:mm:ss.fffffff'00Z'"),
            Kind.Rfc3339 => Text(utc, "yyyy-MM-dd'T'HH:mm:ss'+00:00'"),
            Kind.Rfc2822 => Text(utc, "ddd, dd MMM yyyy HH:mm:ss '+0000'"),
            Kind.UnixSeconds => Number(FloorDivide(ticks, TimeSpan.TicksPerSecond)),
            Kind.UnixMilliseconds => Number(FloorDivide(ticks, TimeSpan.TicksPerMillisecond)),
            Kind.UnixMicroseconds => Number(FloorDivide(ticks, TimeSpan.TicksPerMicrosecond)),
            Kind.UnixNanoseconds => ((Int128)ticks * 100).ToString(CultureInfo.InvariantCulture),
            Kind.JsonDate => $"/Date({Number(FloorDivide(ticks, TimeSpan.TicksPerMillisecond))})/",
            _ => TimeZoneInfo.ConvertTime(instant, _zone).ToString(_text, CultureInfo.InvariantCulture),
        };
    }

    /// <summary>The text that the format was read from.</summary>
    public override string ToString() => _text;

    private static Kind KindOf(string text) => text switch
    {
        "iso8601" => Kind.Iso,
        "iso8601-s" => Kind.IsoSeconds,
        "iso8601-us" => Kind.IsoMicroseconds,
        "iso8601-ns" => Kind.IsoNanoseconds,
        "rfc3339" => Kind.Rfc3339,
        "rfc2822" => Kind.Rfc2822,
        "unix-s" => Kind.UnixSeconds,
        "unix-ms" => Kind.UnixMilliseconds,
        "unix-us" => Kind.UnixMicroseconds,
        "unix-ns" => Kind.UnixNanoseconds,
        "json-date" => Kind.JsonDate,
        _ => Kind.Custom,
    };

    /// <summary>
    /// A pattern must bring back the date that it wrote, so a misspelt name is not a date; and the hour where it writes one: <c>hh</c> without
    /// <c>tt</c> would take the evening for the morning.
    /// </summary>
    private static bool IsPattern(string text)
    {
        var evening = new DateTime(2013, 11, 28, 19, 47, 56, DateTimeKind.Utc);
        var morning = evening.AddHours(-12);
        try
        {
            return text.Length > 1
                && DateTime.TryParseExact(
                    Text(evening, text), text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out DateTime read)
                && read.Date == evening.Date
                && (read.Hour == 0 || read.Hour == evening.Hour)
                && (read.Hour == 0 || Text(evening, text) != Text(morning, text));
        }
        catch (FormatException)
        {
            return false;
        }
    }

    /// <summary>Whether the text of an instant is also that of another; then from where to where, in UTC, texts stand twice.</summary>
    private bool IsTwice(DateTimeOffset instant, out DateTimeOffset from, out DateTimeOffset to)
    {
        from = to = instant;
        if (_kind != Kind.Custom || _showsOffset || !_zone.IsAmbiguousTime(instant))
        {
            return false;
        }

        TimeSpan[] offsets = _zone.GetAmbiguousTimeOffsets(instant);
        (TimeSpan winter, TimeSpan summer) = (offsets.Min(), offsets.Max());
        TimeSpan turned = summer - winter;

        // The change lies within that time of the instant: looked for by halves, down to a second.
        (long before, long after) = (instant.UtcTicks - turned.Ticks, instant.UtcTicks + turned.Ticks);
        while (after - before > TimeSpan.TicksPerSecond / 2)
        {
            long middle = before + ((after - before) / 2);
            bool changed = _zone.GetUtcOffset(new DateTimeOffset(middle, TimeSpan.Zero)) == winter;
            (before, after) = changed ? (before, middle) : (middle, after);
        }

        long change = (after + (TimeSpan.TicksPerSecond / 2)) / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond;
        from = new DateTimeOffset(change, TimeSpan.Zero) - turned;
        to = new DateTimeOffset(change, TimeSpan.Zero) + turned;
        return true;
    }

    private static string Text(DateTime utc, string pattern) => utc.ToString(pattern, CultureInfo.InvariantCulture);

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static long FloorDivide(long value, long divisor) => (value / divisor) - (value < 0 && value % divisor != 0 ? 1 : 0);

    private bool TryReadCustom(ReadOnlySpan<byte> utf8, out DateTimeOffset instant)
    {
        instant = default;
        Span<char> text = stackalloc char[LongestCustomText];
        if (utf8.Length > LongestCustomText || !Encoding.UTF8.TryGetChars(utf8, text, out int length))
        {
            return false;
        }

        // A zone in the text makes the result UTC; without one it stays unspecified.
        return DateTime.TryParseExact(
                text[..length], _text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out DateTime read)
            && (read.Kind == DateTimeKind.Utc
                ? LocalClock.TryAtOffset(read, 0, out instant)
                : LocalClock.TryInZone(read, _zone, out instant));
    }
}
