using AuditFunctions.Configuration;
using AuditFunctions.Hosting;
using AuditFunctions.Operations.Rows;
using AuditFunctions.Sources.Templates;

namespace AuditFunctions.Operations.Contracts;

/// <summary>A template that a person named: a shipped one, or the file of one of their own.</summary>
public static class TemplateFile
{
    /// <summary>Finds it.</summary>
    /// <param name="target">A name or a file.</param>
    /// <param name="folder">The folder to which a file is relative.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="OperationException">It is wrong.</exception>
    /// <returns>Null for a name that is neither.</returns>
    public static async Task<(SourceTemplate Template, TemplateCatalog Templates)?> FindAsync(string target, string folder, CancellationToken cancellationToken)
    {
        var shipped = new TemplateCatalog();
        if (ResourceName.IsValid(target) && shipped.Find(target) is { } known)
        {
            return (known, shipped);
        }

        return ResourceName.IsValid(target) && !File.Exists(Path.GetFullPath(target, folder)) ? null : await ReadAsync(target, folder, cancellationToken);
    }

    /// <summary>Reads a template's file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="folder">The folder to which it is relative.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="OperationException">It is not there or wrong: the message says where and why.</exception>
    public static async Task<(SourceTemplate Template, TemplateCatalog Templates)> ReadAsync(string file, string folder, CancellationToken cancellationToken)
    {
        var files = await RowFiles.ReadTemplatesAsync([file], folder, cancellationToken);
        if (files.Rows is not [var row] || files.Problems.Count > 0)
        {
            throw new OperationException(string.Join(Environment.NewLine, files.Problems));
        }

        var problems = new Problems();
        return OwnTemplate.Read(row.Row, problems) is { } template
            ? (template, new TemplateCatalog().With([row.Row]))
            : throw new OperationException(string.Join(Environment.NewLine, problems.Found.Select(row.Locate)));
    }
}
