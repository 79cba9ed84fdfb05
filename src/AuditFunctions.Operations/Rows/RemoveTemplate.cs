using AuditFunctions.Configuration.Rows;
using AuditFunctions.Hosting;

namespace AuditFunctions.Operations.Rows;

/// <summary>Removes a template of the installation's own.</summary>
public sealed class RemoveTemplate(Installation installation)
{
    /// <summary>Removes its row.</summary>
    /// <exception cref="OperationException">There is none of this name, or sources name it.</exception>
    public async Task RunAsync(string name, CancellationToken cancellationToken)
    {
        var sources = await installation.SourcesAsync(cancellationToken);
        string[] users = [.. sources.Values.Where(source => source.Row[SourceColumns.Template] == name).Select(source => source.Row.Name).Order(StringComparer.Ordinal)];
        if (users.Length > 0)
        {
            throw new OperationException($"The template '{name}' is used by {string.Join(", ", users.Select(user => $"'{user}'"))}. Change or remove these sources first.");
        }

        if (!await installation.Templates.RemoveAsync(name, cancellationToken))
        {
            throw new OperationException($"This installation has no template '{name}' of its own. 'auditfn templates list --own' lists them.");
        }
    }
}
