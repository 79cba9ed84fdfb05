using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace AuditFunctions.Sandbox;

/// <summary>A syslog message as it was received.</summary>
/// <param name="Priority">Facility × 8 + severity.</param>
/// <param name="Time">The header's time, as it stands there.</param>
/// <param name="Host">The header's host.</param>
/// <param name="AppName">The header's application.</param>
/// <param name="Structured">The structured data's values, by name; empty with RFC 3164.</param>
/// <param name="Message">What stands behind the header.</param>
public sealed record SyslogMessage(int Priority, string Time, string Host, string AppName, IReadOnlyDictionary<string, string> Structured, string Message);

/// <summary>Reads syslog as strictly as the RFCs write it.</summary>
internal static partial class SyslogReading
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a message of either RFC.</summary>
    /// <exception cref="InvalidDataException">It is neither.</exception>
    public static SyslogMessage Message(ReadOnlySpan<byte> bytes)
    {
        string text;
        try
        {
            text = Strict.GetString(bytes);
        }
        catch (DecoderFallbackException exception)
        {
            throw new InvalidDataException("The message is not UTF-8.", exception);
        }

        if (New().Match(text) is { Success: true } found)
        {
            var values = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (Match value in Parameter().Matches(found.Groups["sd"].Value))
            {
                values.Add(value.Groups["name"].Value, Escape().Replace(value.Groups["value"].Value, "${char}"));
            }

            return Of(found, values);
        }

        return Old().Match(text) is { Success: true } old
            ? Of(old, new Dictionary<string, string>(StringComparer.Ordinal))
            : throw new InvalidDataException($"No header of RFC 5424 or RFC 3164: {text[..Math.Min(80, text.Length)]}");
    }

    private static SyslogMessage Of(Match found, Dictionary<string, string> values) => new(
        int.Parse(found.Groups["pri"].Value, CultureInfo.InvariantCulture) is var priority and <= 191 ? priority : throw new InvalidDataException("The priority is larger than 191."),
        found.Groups["time"].Value,
        found.Groups["host"].Value,
        found.Groups["app"].Value,
        values,
        found.Groups["msg"].Value);

    [GeneratedRegex("""^<(?<pri>0|[1-9][0-9]{0,2})>1 (?<time>-|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})) (?<host>[!-~]{1,255}) (?<app>[!-~]{1,48}) [!-~]{1,128} [!-~]{1,32} (?<sd>-|(\[[^= \]"]{1,32}( [^= \]"]{1,32}="([^"\\\]]|\\["\\\]])*")*\])+)( (?<msg>.*))?$""", RegexOptions.ExplicitCapture | RegexOptions.Singleline | RegexOptions.NonBacktracking)]
    private static partial Regex New();

    [GeneratedRegex("""^<(?<pri>0|[1-9][0-9]{0,2})>(?<time>(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ 1-3][0-9] [0-9]{2}:[0-9]{2}:[0-9]{2}) (?<host>[!-~]+) (?<app>[A-Za-z0-9_.-]{1,32}): (?<msg>.*)$""", RegexOptions.ExplicitCapture | RegexOptions.Singleline | RegexOptions.NonBacktracking)]
    private static partial Regex Old();

    [GeneratedRegex("""(?<name>[^= \]"\[]{1,32})="(?<value>([^"\\\]]|\\["\\\]])*)""" + "\"", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Parameter();

    [GeneratedRegex("""\\(?<char>["\\\]])""", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Escape();
}
