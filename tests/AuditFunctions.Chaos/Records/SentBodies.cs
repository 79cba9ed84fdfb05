using System.IO.Compression;
using AuditFunctions.Pipeline.Messages;

namespace AuditFunctions.Chaos.Records;

/// <summary>Every body that was put on its way, by hash and by batch; the bytes lie in a file, for the case that an event is missing. Thread safe.</summary>
internal sealed class SentBodies(string file) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly FileStream _file = new(file, FileMode.Create, FileAccess.ReadWrite);
    private readonly Dictionary<string, (long At, int Length, Guid Name)> _bodies = new(StringComparer.Ordinal);
    private readonly Dictionary<Guid, List<(string Destination, string BatchId)>> _batches = [];
    private readonly Dictionary<string, ShipMessage> _messages = new(StringComparer.Ordinal);

    /// <summary>Batches that were sent.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _messages.Count;
            }
        }
    }

    /// <summary>How many of them had their body in a blob.</summary>
    public int InBlobs
    {
        get
        {
            lock (_gate)
            {
                return _messages.Values.Count(message => message.Blob is not null);
            }
        }
    }

    /// <summary>Notes a call that storage carried out.</summary>
    public void Applied(StorageCall call)
    {
        switch (call)
        {
            case StorageCall.Store store:
                Keep(store.BatchId, store.Gzip);
                break;
            case StorageCall.Send { Message: var message }:
                if (message.Body is { } inline)
                {
                    Keep(message.BatchId, inline);
                }

                lock (_gate)
                {
                    if (_messages.TryAdd(message.BatchId, message with { Body = null }) && _bodies.TryGetValue(message.BatchId, out var body))
                    {
                        if (!_batches.TryGetValue(body.Name, out var same))
                        {
                            same = _batches[body.Name] = [];
                        }

                        same.Add((message.Destination, message.BatchId));
                    }
                }

                break;
            default:
                break;
        }
    }

    /// <summary>The batch whose body arrived at a destination; null when none such was sent.</summary>
    public string? BatchOf(string destination, Guid body)
    {
        lock (_gate)
        {
            return _batches.TryGetValue(body, out var same) ? same.Where(batch => batch.Destination == destination).Select(batch => batch.BatchId).FirstOrDefault() : null;
        }
    }

    /// <summary>The batches to a destination that hold an event.</summary>
    public IReadOnlyList<ShipMessage> BatchesWith(string destination, string id)
    {
        lock (_gate)
        {
            var wanted = System.Text.Encoding.UTF8.GetBytes(id);
            return [.. _messages.Values.Where(message => message.Destination == destination && Read(message.BatchId).AsSpan().IndexOf(wanted) >= 0)];
        }
    }

    public void Dispose() => _file.Dispose();

    private void Keep(string batchId, ReadOnlyMemory<byte> gzip)
    {
        lock (_gate)
        {
            if (_bodies.ContainsKey(batchId))
            {
                return;
            }

            _file.Position = _file.Length;
            var at = _file.Position;
            _file.Write(gzip.Span);
            _bodies[batchId] = (at, gzip.Length, Arrivals.NameOf(Raw(gzip.ToArray())));
        }
    }

    private byte[] Read(string batchId)
    {
        if (!_bodies.TryGetValue(batchId, out var body))
        {
            return [];
        }

        var gzip = new byte[body.Length];
        _file.Position = body.At;
        _file.ReadExactly(gzip);
        return Raw(gzip);
    }

    private static byte[] Raw(byte[] gzip)
    {
        using var raw = new MemoryStream();
        using (var stream = new GZipStream(new MemoryStream(gzip), CompressionMode.Decompress))
        {
            stream.CopyTo(raw);
        }

        return raw.ToArray();
    }
}
