using System.Reflection;
using AuditFunctions.Tests.Docs;

namespace AuditFunctions.Tests.Infra.Tools;

/// <summary>The Bicep compiler, out of NuGet's cache, where the restore of this project put it.</summary>
internal static class Bicep
{
    private static readonly string Program =
        typeof(Bicep).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(item => item.Key == "Bicep").Value!;

    /// <summary>The folder <c>infra</c>.</summary>
    public static string Folder { get; } = Path.Combine(DocsPage.Root, "infra");

    /// <summary>Runs it to its end.</summary>
    /// <exception cref="InvalidOperationException">It is not there.</exception>
    public static Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments) =>
        File.Exists(Program) ? Tool.RunAsync(Program, arguments)
            : throw new InvalidOperationException($"'{Program}' is not there. Restore this project: its package is for Linux on x64.");
}
