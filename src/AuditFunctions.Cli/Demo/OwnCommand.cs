namespace AuditFunctions.Cli.Demo;

/// <summary>How another terminal calls this very program <c>auditfn</c>, wherever it was started from.</summary>
internal static class OwnCommand
{
    /// <summary>A line to paste into a shell.</summary>
    /// <param name="processPath">The program of this process.</param>
    /// <param name="assemblyFolder">Where <c>auditfn.dll</c> is, for a process that <c>dotnet</c> runs.</param>
    /// <param name="isWindows">PowerShell instead of a POSIX shell.</param>
    public static string DefinitionOf(string processPath, string assemblyFolder, bool isWindows)
    {
        var isDotnet = Path.GetFileNameWithoutExtension(processPath) == "dotnet";
        string[] words = isDotnet ? [processPath, Path.Combine(assemblyFolder, "auditfn.dll")] : [processPath];
        var command = string.Join(' ', words.Select(word => $"'{word}'"));
        return isWindows ? $"function auditfn {{ & {command} @args }}" : $"auditfn() {{ {command} \"$@\"; }}";
    }
}
