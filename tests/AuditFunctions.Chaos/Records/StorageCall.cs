using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using AuditFunctions.Pipeline.Messages;

namespace AuditFunctions.Chaos.Records;

/// <summary>What a request to storage is about, as far as the account has to know.</summary>
internal abstract partial record StorageCall
{
    private StorageCall()
    {
    }

    /// <summary>A message to queue <c>ship</c>.</summary>
    public sealed record Send(ShipMessage Message) : StorageCall;

    /// <summary>A body to container <c>batches</c>.</summary>
    public sealed record Store(string BatchId, ReadOnlyMemory<byte> Gzip) : StorageCall;

    /// <summary>A read of a body.</summary>
    public sealed record Load(string BatchId) : StorageCall;

    /// <summary>A dead letter.</summary>
    public sealed record GiveUp(string BatchId) : StorageCall;

    /// <summary>A write of a checkpoint; <paramref name="Owner"/> is the run, null when the body does not say.</summary>
    public sealed record Commit(string Source, string? Owner) : StorageCall;

    /// <summary>A write of a ledger row.</summary>
    public sealed record Ledger(string Destination, string BatchId, LedgerStep Step) : StorageCall;

    /// <summary>Anything else.</summary>
    public sealed record Other : StorageCall
    {
        public static readonly Other Instance = new();
    }

    /// <summary>Reads a request.</summary>
    public static StorageCall Of(string method, string pathAndQuery, ReadOnlyMemory<byte> body)
    {
        var path = Uri.UnescapeDataString(pathAndQuery.Split('?')[0]);
        if (method == "POST" && path.EndsWith("-ship/messages", StringComparison.Ordinal))
        {
            var text = XDocument.Load(new MemoryStream(body.ToArray())).Root!.Element("MessageText")!.Value;
            return new Send(JsonSerializer.Deserialize(text, MessageJson.Default.ShipMessage)!);
        }

        if (path.Contains("-batches/", StringComparison.Ordinal) && method is "PUT" or "GET")
        {
            var batch = path[(path.LastIndexOf('/') + 1)..];
            return method == "PUT" ? new Store(batch, body) : new Load(batch);
        }

        if (method == "PUT" && DeadLetterPath().Match(path) is { Success: true } letter)
        {
            return new GiveUp(letter.Groups["batch"].Value);
        }

        if (EntityPath().Match(path) is { Success: true } entity)
        {
            return OfEntity(method, entity.Groups["table"].Value, entity.Groups["partition"].Value, entity.Groups["row"].Value, body);
        }

        if (method == "POST" && NewEntityPath().Match(path) is { Success: true } added)
        {
            using var row = JsonDocument.Parse(body);
            return OfEntity(method, added.Groups["table"].Value, row.RootElement.GetProperty("PartitionKey").GetString()!, row.RootElement.GetProperty("RowKey").GetString()!, body);
        }

        return Other.Instance;
    }

    private static StorageCall OfEntity(string method, string table, string partition, string row, ReadOnlyMemory<byte> body)
    {
        if (method == "GET")
        {
            return Other.Instance;
        }

        if (table == "Checkpoints")
        {
            // A partition key with an underscore in front is the scheduler's own row.
            return partition.StartsWith('_') ? Other.Instance : new Commit(partition, Text(body, "WriteId")?.Split('-')[0]);
        }

        // The partition key is the day, a dash and the destination.
        var step = (method, Text(body, "State")) switch
        {
            ("DELETE", _) => LedgerStep.Release,

            // Of a batch that is settled in part the row stays, with nobody's name.
            _ when Text(body, "Owner") == "" => LedgerStep.Release,
            (_, "delivered") => LedgerStep.Mark,
            (_, "claimed") => LedgerStep.Claim,
            _ => LedgerStep.Renew,
        };
        return new Ledger(partition[9..], row, step);
    }

    private static string? Text(ReadOnlyMemory<byte> body, string column)
    {
        if (body.IsEmpty)
        {
            return null;
        }

        using var row = JsonDocument.Parse(body);
        return row.RootElement.TryGetProperty(column, out var value) ? value.GetString() : null;
    }

    [GeneratedRegex(@"(?<table>Checkpoints|Ledger)\(PartitionKey='(?<partition>.*)',RowKey='(?<row>.*)'\)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex EntityPath();

    [GeneratedRegex(@"-deadletter/.*/(?<batch>[0-9a-f]{32})[^/]*$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex DeadLetterPath();

    [GeneratedRegex(@"(?<table>Checkpoints|Ledger)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex NewEntityPath();
}

/// <summary>What a write of a ledger row means.</summary>
internal enum LedgerStep
{
    Claim,
    Renew,
    Mark,
    Release,
}
