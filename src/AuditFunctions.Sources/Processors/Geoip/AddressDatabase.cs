using System.Net;
using AuditFunctions.Sources.Processors.Files;
using MaxMind.Db;

namespace AuditFunctions.Sources.Processors.Geoip;

/// <summary>What a MaxMind database says of addresses.</summary>
internal sealed class AddressDatabase(Reader reader, long bytes) : ILookupContent
{
    /// <inheritdoc/>
    public long Bytes => bytes;

    /// <summary>What it says of an address; null when it says nothing.</summary>
    /// <exception cref="LookupFileException">The database is damaged there.</exception>
    public IReadOnlyDictionary<string, object>? Find(IPAddress address)
    {
        try
        {
            return reader.Find<Dictionary<string, object>>(address);
        }
        catch (Exception exception) when (exception is not (OutOfMemoryException or InsufficientExecutionStackException))
        {
            // The library's own exceptions, and whatever wild offsets of a damaged file lead to.
            throw new LookupFileException("is damaged; download it again");
        }
    }
}
