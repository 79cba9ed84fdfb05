namespace AuditFunctions.Configuration.Rows;

/// <summary>What a parameter's text must look like.</summary>
public enum ParameterType
{
    /// <summary>Any text without control characters.</summary>
    Text,

    /// <summary>A host name, optionally with a port; no scheme, no path.</summary>
    Host,

    /// <summary>An absolute https URL (http only for loopback).</summary>
    Url,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>true or false.</summary>
    Boolean,

    /// <summary>A duration such as 30s or 7d.</summary>
    Duration,

    /// <summary>Text whose own placeholders count, such as a query with <c>{from}</c>; every other type is taken literally.</summary>
    Template,
}

/// <summary>A parameter of a template: a column of the source's row.</summary>
/// <param name="Name">The column, in camelCase; columns compare without case.</param>
/// <param name="Description">What it is, for people who fill it in.</param>
/// <param name="Type">What its text must look like.</param>
/// <param name="Secret">Whether it must be a <c>secret:name</c> reference.</param>
/// <param name="Required">Whether a row must give it.</param>
/// <param name="Default">Its value when the row gives none.</param>
/// <param name="Allowed">The only texts that are allowed; empty when any is.</param>
/// <param name="Example">A value to show.</param>
public sealed record RowParameter(
    string Name,
    string Description,
    ParameterType Type,
    bool Secret,
    bool Required,
    string? Default,
    IReadOnlyList<string> Allowed,
    string? Example);
