namespace AuditFunctions.Configuration.Secrets;

/// <summary>How characters of a text may be escaped.</summary>
[Flags]
internal enum EscapeKinds
{
    /// <summary>Not at all.</summary>
    None = 0,

    /// <summary>As in an address: <c>%2F</c>.</summary>
    Percent = 1,

    /// <summary>As in JSON: <c>\u002F</c>.</summary>
    Json = 2,

    /// <summary>As in HTML: <c>&amp;#47;</c>.</summary>
    Html = 4,

    /// <summary>In any way.</summary>
    All = Percent | Json | Html,
}
