using System.CommandLine;
using AuditFunctions.Cli.Output;
using AuditFunctions.Configuration.Rows;

namespace AuditFunctions.Cli.Commands.Rows;

/// <summary>Row files on the command line, and what is wrong with them.</summary>
internal static class RowFileArgument
{
    /// <summary>The argument that names them.</summary>
    public static Argument<string[]> Create() =>
        new("FILE") { Description = "YAML files with the lists 'sources', 'destinations' and 'templates'.", Arity = ArgumentArity.OneOrMore };

    /// <summary>Lists what is wrong, a line each.</summary>
    public static void Print(this Printer printer, IEnumerable<RowProblem> problems, string prefix = "")
    {
        foreach (var problem in problems)
        {
            printer.Note(prefix + problem);
        }
    }
}
