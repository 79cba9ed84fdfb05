using System.CommandLine;

namespace AuditFunctions.Cli.Shared;

/// <summary>The argument that names a row.</summary>
internal static class Names
{
    /// <summary>The argument.</summary>
    public static Argument<string> Argument(string description) => new("NAME") { Description = description };
}
