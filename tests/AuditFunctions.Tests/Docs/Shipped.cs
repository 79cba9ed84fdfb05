using System.Reflection;

namespace AuditFunctions.Tests.Docs;

/// <summary>What is installed: every project under <c>src</c> but the Sandbox.</summary>
internal static class Shipped
{
    /// <summary>The folders of the projects, by name.</summary>
    public static IReadOnlyList<string> Projects { get; } =
    [
        .. Directory.EnumerateFiles(Path.Combine(DocsPage.Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Select(file => Path.GetFileNameWithoutExtension(file))
            .Where(name => name != "AuditFunctions.Sandbox")
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Their assemblies.</summary>
    public static IReadOnlyList<Assembly> Assemblies { get; } =
        [.. Projects.Select(name => Assembly.Load(name == "AuditFunctions.Cli" ? "auditfn" : name))];
}
