using System.CommandLine;

namespace AuditFunctions.Cli.Commands.Subjects;

/// <summary>What commands about subjects share.</summary>
internal static class SubjectOptions
{
    /// <summary>Who.</summary>
    public static Argument<string> Subject() => new("SUBJECT") { Description = "Who, as events name him." };

    /// <summary>Which key.</summary>
    public static Option<string?> Key() =>
        new("--key") { Description = "The secret that wraps the data keys. Default: every one that a source names.", HelpName = "secret" };
}
