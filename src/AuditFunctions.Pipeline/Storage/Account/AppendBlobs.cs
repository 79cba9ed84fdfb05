using System.Globalization;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace AuditFunctions.Pipeline.Storage.Account;

/// <summary>Appends to blobs that grow by what is added at their end.</summary>
internal static class AppendBlobs
{
    /// <summary>Adds bytes at a blob's end, and makes the blob when it is not there.</summary>
    /// <param name="blob">The blob.</param>
    /// <param name="bytes">The bytes: 4 MiB at most.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Where they begin.</returns>
    public static async Task<long> AddAsync(this AppendBlobClient blob, byte[] bytes, CancellationToken cancellationToken)
    {
        for (var isNew = false; ; isNew = true)
        {
            try
            {
                BlobAppendInfo appended = await blob.AppendBlockAsync(new MemoryStream(bytes), cancellationToken: cancellationToken);
                return long.Parse(appended.BlobAppendOffset, CultureInfo.InvariantCulture);
            }
            catch (RequestFailedException exception) when (exception.Status == 404 && !isNew)
            {
                await blob.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
            }
        }
    }
}
