using System.Net;
using AuditFunctions.Sources.Processors.Files;
using MaxMind.Db;

namespace AuditFunctions.Sources.Processors.Geoip;

/// <summary>A MaxMind database (https://maxmind.github.io/MaxMind-DB/, read 2026-11-27).</summary>
internal sealed record AddressDatabaseForm : ILookupForm
{
    /// <inheritdoc/>
    public long MostBytes => LookupFile.MostBytes;

    /// <inheritdoc/>
    public ILookupContent Read(byte[] bytes)
    {
        try
        {
            using var stream = new MemoryStream(bytes, writable: false);
            var database = new AddressDatabase(new Reader(stream), bytes.Length);

            // A tree that is cut short shows here, and not with the first event.
            database.Find(IPAddress.Any);
            database.Find(IPAddress.Broadcast);
            return database;
        }
        catch (Exception exception) when (exception is not (LookupFileException or OutOfMemoryException))
        {
            throw new LookupFileException("is no MaxMind database, or a damaged one; download it again");
        }
    }
}
