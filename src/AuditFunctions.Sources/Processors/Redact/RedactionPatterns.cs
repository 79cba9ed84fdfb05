using AuditFunctions.Sources.Settings;

namespace AuditFunctions.Sources.Processors.Redact;

/// <summary>The patterns that have a word. Rather too much is replaced than too little.</summary>
internal static class RedactionPatterns
{
    private const int ShortestAddress = 3;
    private const int ShortestV4 = 7;
    private const int ShortestToken = 14;
    private const string Octet = "(25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9])";
    private const string V4 = $@"{Octet}(\.{Octet}){{3}}";

    // An IPv4 address at the end comes first: else only its first number would be taken, and what is left is no address any more.
    private const string V6 = $@"({Group}:){{6,7}}{V4}|({Group}:){{7}}{Group}|({Group}(:{Group})*)?::(({Group}:)*{V4}|({Group}(:{Group})*)?)";

    // A character of JSON that stands inside a text: its backslashes are escaped again at each level.
    private const string Escape = @"\\+u[0-9a-f]{4}";

    // The signs of base64 as writers of JSON escape them there.
    private const string EscapedSign = @"\\+(u00(2[BbFf]|3[Dd])|/)";

    private const string Group = "[0-9A-Fa-f]{1,4}";

    // Headers of a key hold dashes too. One that is cut off is taken to the end of the text.
    private const string PrivateKey = "[A-Z0-9 ]*PRIVATE KEY( BLOCK)?-----";

    private static readonly IRedactionPattern[] All =
    [
        new RegexPattern(
            "email",
            RegexSetting.Of($@"([\w.!#$%&'*+/=?^`{{|}}~-]|{Escape})+(@|%40|\\+u0040)([\w-]|{Escape})+(\.([\w-]|{Escape})+)*", ignoreCase: true),
            "@%"u8.ToArray(),
            ShortestAddress),
        new RegexPattern("ipv4", RegexSetting.Of(V4), "."u8.ToArray(), ShortestV4),
        new RegexPattern("ipv6", RegexSetting.Of(V6), ":"u8.ToArray(), part: Address),
        new CardPattern(),
        new RegexPattern(
            "token",
            RegexSetting.Of(
                @"eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]*)?"
                + "|(AKIA|ASIA)[A-Z0-9]{16}"
                + "|gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[A-Za-z0-9_-]{16,}"
                + "|xox[abeoprs]-[A-Za-z0-9-]{10,}|[prs]k_(live|test)_[A-Za-z0-9]{16,}|AIza[A-Za-z0-9_-]{30,}"
                + "|xapp-[A-Za-z0-9-]{20,}|\\bsk-[A-Za-z0-9_-]{20,}|npm_[A-Za-z0-9]{30,}|ya29\\.[A-Za-z0-9_-]{20,}|GOCSPX-[A-Za-z0-9_-]{20,}"
                + $"|([Bb]earer|[Bb]asic|SSWS) +([A-Za-z0-9._~+/=-]|{EscapedSign}){{8,}}"
                + $@"|([?&]|\\+u0026)sig(=|\\+u003[Dd])([A-Za-z0-9%+/=-]|{EscapedSign}){{20,}}"
                + $@"|(Account|SharedAccess)Key(=|\\+u003[Dd])([A-Za-z0-9+/=]|{EscapedSign}){{20,}}"
                + $@"|-----BEGIN {PrivateKey}([\s\S]*?-----END {PrivateKey}|[\s\S]*)"),
            needs: null,
            ShortestToken),
    ];

    /// <summary>Their words.</summary>
    public static IEnumerable<string> Names => All.Select(pattern => pattern.Name);

    /// <summary>A pattern by its word, or null.</summary>
    public static IRedactionPattern? Find(string name) => All.FirstOrDefault(pattern => pattern.Name == name);

    // Of two groups at least: '::' also stands between the words of a name.
    private static Range? Address(string text) => text.Split(':', StringSplitOptions.RemoveEmptyEntries).Length > 1 || text.Contains('.', StringComparison.Ordinal) ? Range.All : null;
}
