namespace AuditFunctions.Sources.Processors.Files;

/// <summary>A file that an action needs, and how it is read. Two that are equal share what was read.</summary>
/// <param name="Name">Its name in the container or folder of lookup files.</param>
/// <param name="Form">How it is read; a record.</param>
public sealed record LookupFile(string Name, ILookupForm Form)
{
    /// <summary>The largest file that any form reads, in bytes.</summary>
    public const long MostBytes = 256L * 1024 * 1024;

    /// <summary>The largest table, in bytes.</summary>
    public const long MostTableBytes = 64L * 1024 * 1024;

    /// <summary>The most rows of a table.</summary>
    public const int MostTableRows = 1_000_000;
}
