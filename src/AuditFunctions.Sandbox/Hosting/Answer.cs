using System.Buffers;
using System.IO.Compression;

namespace AuditFunctions.Sandbox;

/// <summary>An HTTP answer, complete before its first byte is sent, so that a fault can do anything with it.</summary>
internal sealed class Answer : IDisposable
{
    /// <summary>Status code. Default 200.</summary>
    public int Status { get; init; } = 200;

    /// <summary>Media type of the body.</summary>
    public string ContentType { get; init; } = "application/json; charset=utf-8";

    /// <summary>Header lines; a name may come several times.</summary>
    public List<KeyValuePair<string, string>> Headers { get; } = [];

    /// <summary>The body.</summary>
    public PooledBuffer Body { get; } = new();

    /// <summary>An answer with a text, JSON by default.</summary>
    public static Answer Of(int status, string body, string contentType = "application/json; charset=utf-8")
    {
        var answer = new Answer { Status = status, ContentType = contentType };
        answer.Body.WriteText(body);
        return answer;
    }

    /// <summary>Adds a header line.</summary>
    public Answer With(string name, string value)
    {
        Headers.Add(new(name, value));
        return this;
    }

    /// <summary>The same answer, compressed.</summary>
    public Answer Gzip()
    {
        var compressed = new Answer { Status = Status, ContentType = ContentType };
        compressed.Headers.AddRange(Headers);
        compressed.With("Content-Encoding", "gzip");
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(Body.Written.Span);
        }

        compressed.Body.Write(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
        return compressed;
    }

    /// <inheritdoc/>
    public void Dispose() => Body.Dispose();
}
