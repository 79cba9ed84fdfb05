namespace AuditFunctions.Sources.Templates;

/// <summary>The kinds of products that templates are found by.</summary>
public static class TemplateCategory
{
    /// <summary>
    /// In the order in which they are shown: sign-in and directories; clouds and hosting; source code and builds; documents, chat and projects;
    /// detection and vulnerabilities; devices; networks; databases and analytics; customers, people and money.
    /// </summary>
    public static readonly IReadOnlyList<string> All =
        ["identity", "cloud", "code", "collaboration", "security", "endpoint", "network", "data", "business"];
}
