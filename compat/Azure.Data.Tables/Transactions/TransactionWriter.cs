using System.Buffers;
using System.Text;
using Azure.Data.Tables.Http;
using Azure.Data.Tables.Json;

namespace Azure.Data.Tables.Transactions;

/// <summary>
/// Writes a transaction: a batch of one change set, whose parts are HTTP requests.
/// https://learn.microsoft.com/rest/api/storageservices/performing-entity-group-transactions
/// </summary>
internal static class TransactionWriter
{
    public static void Write(IBufferWriter<byte> buffer, string boundary, Uri endpoint, IEnumerable<EntityRequest> requests)
    {
        var root = endpoint.AbsoluteUri.TrimEnd('/');
        var changeSet = $"changeset_{boundary}";
        Ascii(buffer, $"--{boundary}\r\nContent-Type: multipart/mixed; boundary={changeSet}\r\n\r\n");
        foreach (var request in requests)
        {
            Ascii(buffer, $"--{changeSet}\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n");
            Ascii(buffer, $"{request.Method} {root}{request.Path} HTTP/1.1\r\n");
            Ascii(buffer, "Accept: application/json;odata=minimalmetadata\r\nDataServiceVersion: 3.0\r\n");
            if (request.IfMatch is not null)
            {
                Ascii(buffer, $"If-Match: {request.IfMatch}\r\n");
            }
            if (request.Entity is not null)
            {
                Ascii(buffer, "Prefer: return-no-content\r\nContent-Type: application/json\r\n\r\n");
                EntityWriter.Write(buffer, request.Entity);
            }
            Ascii(buffer, request.Entity is null ? "\r\n\r\n" : "\r\n");
        }
        Ascii(buffer, $"--{changeSet}--\r\n--{boundary}--\r\n");
    }

    private static void Ascii(IBufferWriter<byte> buffer, string text) => Encoding.ASCII.GetBytes(text, buffer);
}
