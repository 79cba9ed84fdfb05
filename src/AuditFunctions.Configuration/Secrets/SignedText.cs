namespace AuditFunctions.Configuration.Secrets;

/// <summary>
/// Finds in a header or parameter what proves who we are and is no secret of a row: signatures, signed tokens and what they are made with. Who repeats one could ask
/// in our name for as long as it is good.
/// </summary>
public static class SignedText
{
    // Shorter ones are words and times; a signature has 128 bits at least.
    private const int Shortest = 20;
    private static readonly char[] Borders = [' ', ',', ';', '"', ':', '&'];

    /// <summary>The parts that look like one.</summary>
    public static IEnumerable<SecretText> PartsOf(string value) => value.Split(Borders, StringSplitOptions.RemoveEmptyEntries)
        .Select(part => part.TrimEnd('=').Contains('=', StringComparison.Ordinal) ? part[(part.IndexOf('=', StringComparison.Ordinal) + 1)..] : part)
        .Where(part => part.Length >= Shortest && part.Any(char.IsAsciiDigit) && part.Any(char.IsAsciiLetter) && part.All(IsOfOne) && !IsTime(part))
        .Select(part => new SecretText(part));

    private static bool IsOfOne(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '+' or '/' or '-' or '_' or '=' or '%' or '.';

    // 2026-01-31T10…
    private static bool IsTime(string part) => part[..4].All(char.IsAsciiDigit) && part[4] == '-' && part[7] == '-';
}
