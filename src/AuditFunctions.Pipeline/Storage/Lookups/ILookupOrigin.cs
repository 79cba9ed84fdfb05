namespace AuditFunctions.Pipeline.Storage.Lookups;

/// <summary>A lookup file as it lies there.</summary>
/// <param name="Version">Changes with its bytes; letters, digits, '-' and '_'.</param>
/// <param name="Bytes">How large it is.</param>
public sealed record LookupStamp(string Version, long Bytes);

/// <summary>Where lookup files lie. Failures of storage are exceptions; a missing file is not a failure.</summary>
public interface ILookupOrigin
{
    /// <summary>The file as it is now; null when it is not there.</summary>
    Task<LookupStamp?> FindAsync(string name, CancellationToken cancellationToken);

    /// <summary>The size of a version that may have been replaced meanwhile; null when it is not kept.</summary>
    Task<LookupStamp?> FindAsync(string name, string version, CancellationToken cancellationToken);

    /// <summary>Reads a version; null when it was replaced and is not kept. What was read can be read again for a week.</summary>
    Task<byte[]?> ReadAsync(string name, LookupStamp stamp, CancellationToken cancellationToken);
}
