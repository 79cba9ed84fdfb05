using AuditFunctions.Hosting;
using AuditFunctions.Pipeline.Storage.Rows;

namespace AuditFunctions.Operations.Sources;

/// <summary>A source whose switch was set.</summary>
/// <param name="Name">The source.</param>
/// <param name="Enabled">Whether it is polled now.</param>
/// <param name="Changed">Whether that is new.</param>
public sealed record SwitchedSource(string Name, bool Enabled, bool Changed);

/// <summary>Pauses or resumes a source: sets its column <c>enabled</c>.</summary>
public sealed class SwitchSource(Installation installation)
{
    /// <summary>Sets it; a row that says so already is not written.</summary>
    /// <exception cref="OperationException">There is no such source.</exception>
    public async Task<SwitchedSource> RunAsync(string name, bool enabled, CancellationToken cancellationToken)
    {
        var row = (await installation.SourcesAsync(cancellationToken)).Find("source", name);
        if (RowSwitch.IsOn(row) == enabled)
        {
            return new SwitchedSource(row.Row.Name, enabled, Changed: false);
        }

        await installation.Sources.WriteAsync([RowSwitch.Set(row.Row, enabled)], cancellationToken);
        return new SwitchedSource(row.Row.Name, enabled, Changed: true);
    }
}
