using System.CommandLine;
using AuditFunctions.Cli.Output;
using AuditFunctions.Operations.Rows;
using AuditFunctions.Sources.Templates;

namespace AuditFunctions.Cli.Shared;

/// <summary>The option <c>--templates</c>.</summary>
internal static class TemplateFolderOption
{
    /// <summary>Makes it.</summary>
    public static Option<string?> Create() => new("--templates")
    {
        Description = "A folder of template files, each before a shipped one or one of table Templates of the same name. Read once, at the start.",
        HelpName = "folder",
    };

    /// <summary>The templates; what is wrong with one of the folder is a note, with file and line.</summary>
    public static async Task<TemplateCatalog> ReadAsync(string? directory, Surroundings here, Printer printer, CancellationToken cancellationToken)
    {
        var folder = await TemplateFolder.ReadAsync(directory, here.Folder, cancellationToken);
        foreach (var problem in folder.Problems)
        {
            printer.Note($"{problem}");
        }

        if (folder.Problems.Count > 0)
        {
            printer.Note("Sources that name such a template do not run; the others do.");
        }

        return folder.Templates;
    }
}
