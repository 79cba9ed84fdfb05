namespace AuditFunctions.Cli.Output;

/// <summary>What another collector's configuration became.</summary>
/// <param name="Rows">The row file.</param>
/// <param name="Notes">What has no equivalent.</param>
/// <param name="Secrets">What must be stored.</param>
internal sealed record ImportShape(string Rows, IReadOnlyList<string> Notes, IReadOnlyList<ImportedSecretShape> Secrets);

/// <summary>A secret that a row refers to, where its value is now, and the command that stores it.</summary>
internal sealed record ImportedSecretShape(string Name, string From, string Command);
