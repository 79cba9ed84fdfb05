using System.CommandLine;
using AuditFunctions.Cli.Output;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Operations;
using AuditFunctions.Pipeline.Storage.Rows;
using AuditFunctions.Sources.Templates;

namespace AuditFunctions.Cli.Commands.Templates;

/// <summary>The templates of an installation's own, for commands that do without storage otherwise.</summary>
internal static class OwnTemplates
{
    /// <summary>The option that asks for them.</summary>
    public static Option<bool> Option() => new("--own") { Description = "Those that this installation has of its own, in table Templates, instead of the shipped ones." };

    /// <summary>Reads them; what is wrong with one is a note.</summary>
    public static Task<IReadOnlyList<SourceTemplate>> ListAsync(Surroundings here, string? storage, Printer printer, CancellationToken cancellationToken) =>
        Installation.UseAsync(
            here.SettingsWith(storage),
            here.Time,
            async installation =>
            {
                var rows = await installation.Get<DefinitionCache>().OwnTemplatesAsync(TimeSpan.Zero, cancellationToken);
                foreach (var row in rows.Values.Where(row => row.Definition is null))
                {
                    printer.Note($"template '{row.Row.Name}' is wrong: {string.Join(" ", row.Problems)}");
                }

                return (IReadOnlyList<SourceTemplate>)[.. rows.Values.Select(row => row.Definition).OfType<SourceTemplate>()];
            },
            cancellationToken);
}
