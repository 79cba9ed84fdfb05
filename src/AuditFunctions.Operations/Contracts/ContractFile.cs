using AuditFunctions.Configuration;
using AuditFunctions.Hosting;
using AuditFunctions.Sources.Templates;

namespace AuditFunctions.Operations.Contracts;

/// <summary>A contract file and the template that it is about.</summary>
/// <param name="File">The file, as its user named it.</param>
/// <param name="Contract">What it holds.</param>
/// <param name="Template">Where the template is from, for people.</param>
/// <param name="Templates">All templates, that one among them.</param>
public sealed record ContractFile(string File, Contract Contract, string Template, TemplateCatalog Templates)
{
    private const int MaxBytes = 16 * 1024 * 1024;

    /// <summary>Reads a contract, and the template file beside it: <c>NAME.yaml</c>. Where that is not there, the shipped template of that name is meant.</summary>
    /// <param name="file">The contract file.</param>
    /// <param name="template">The template file, where it is another one; else null.</param>
    /// <param name="folder">The folder to which the names are relative.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="OperationException">One of them is not there or wrong: the message says where and why.</exception>
    public static async Task<ContractFile> ReadAsync(string file, string? template, string folder, CancellationToken cancellationToken)
    {
        var path = Path.GetFullPath(file, folder);
        if (!file.EndsWith(ContractReader.Suffix, StringComparison.OrdinalIgnoreCase) && template is null)
        {
            throw new OperationException($"{file}: the name of a contract file ends in '{ContractReader.Suffix}' and starts with its template's; or name the template with --template.");
        }

        var text = await TextAsync(path, file, cancellationToken);
        var beside = file.EndsWith(ContractReader.Suffix, StringComparison.OrdinalIgnoreCase) ? file[..^ContractReader.Suffix.Length] + ".yaml" : file;
        var source = template ?? (System.IO.File.Exists(Path.GetFullPath(beside, folder)) ? beside : null);
        var (name, templates) = source is null ? Shipped(file, beside)
            : await TemplateFile.ReadAsync(source, folder, cancellationToken) is var own ? (own.Template.Name, own.Templates) : default;
        var problems = new Problems();
        var contract = ContractReader.Read(name, text, problems);
        return contract is not null && problems.None
            ? new ContractFile(file, contract, source ?? "the shipped one", templates)
            : throw new OperationException(string.Join(Environment.NewLine, problems.Found.Select(problem => Located(file, problem))));
    }

    /// <summary>A problem with the file that it stands in.</summary>
    public static string Located(string file, Problem problem) => problem.Where.StartsWith(' ') ? file + problem : $"{file}: {problem}";

    private static (string Name, TemplateCatalog Templates) Shipped(string file, string beside)
    {
        var (name, templates) = (Path.GetFileNameWithoutExtension(beside), new TemplateCatalog());
        return templates.Find(name) is not null
            ? (name, templates)
            : throw new OperationException($"{file}: there is no {beside} beside it, and no shipped template '{name}'; name the template's file with --template.");
    }

    private static async Task<string> TextAsync(string path, string file, CancellationToken cancellationToken)
    {
        try
        {
            return !System.IO.File.Exists(path) ? throw new OperationException($"{file}: does not exist.")
                : await BoundedText.ReadAsync(path, MaxBytes, cancellationToken)
                    ?? throw new OperationException($"{file}: is too large for a contract file.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new OperationException($"{file}: cannot be read: {exception.Message}", exception);
        }
    }
}
