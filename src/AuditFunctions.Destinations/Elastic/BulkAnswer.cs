using System.Text.Json;
using AuditFunctions.Destinations.Transport;
using AuditFunctions.Events;

namespace AuditFunctions.Destinations.Elastic;

/// <summary>Reads what <c>_bulk</c> answers: a verdict for each document, in order.</summary>
internal sealed class BulkAnswer
{
    private const int MaxReason = 200;
    private const string Duplicate = "version_conflict_engine_exception";
    private readonly List<RejectedEvent> _guilty = [];
    private readonly List<int> _later = [];
    private string? _laterReason;
    private string? _configReason;
    private int _configStatus;
    private int _items;
    private int _conflicts;
    private bool? _hasErrors;
    private bool _hasItems;
    private bool _isRead;

    private BulkAnswer()
    {
    }

    /// <summary>The meaning of a 200.</summary>
    public static SendResult Read(in HttpAnswer answer)
    {
        var bulk = new BulkAnswer();
        try
        {
            bulk._isRead = bulk.ReadObject(new Utf8JsonReader(answer.Body, answer.IsWhole, default));
        }
        catch (JsonException)
        {
            return HttpStatus.NotItsOwn(answer.Status, "which is not JSON");
        }

        return bulk.Meaning(answer);
    }

    private SendResult Meaning(in HttpAnswer answer)
    {
        var isWrong = _hasErrors == true && _guilty.Count + _later.Count + _conflicts == 0;
        if (_hasErrors is null || (answer.IsWhole ? isWrong || !_isRead || _items != answer.Events : _items > answer.Events))
        {
            return HttpStatus.NotItsOwn(answer.Status, $"without a verdict for each of {answer.Events} documents");
        }

        // What the answer was too long to say is asked again: a document that exists counts as taken then.
        for (; _items < answer.Events; _items++)
        {
            _later.Add(_items);
            _laterReason ??= "the answer is too long to be read to its end";
        }

        var taken = answer.Events - _guilty.Count - _later.Count;
        if (taken == 0 && _guilty.Count == 0)
        {
            return _configReason is { } config ? new SendResult.Refused(_configStatus, $"{config}. Check the index and what the credential may do.")
                : new SendResult.Retry(429, _laterReason!);
        }

        return _guilty.Count + _later.Count == 0
            ? SendResult.Accepted.Instance
            : new SendResult.Rejected(answer.Status, _guilty is [var first, ..] ? first.Reason : _laterReason!)
            {
                Guilty = _guilty,
                Later = _later,
                Others = OtherEvents.Taken,
            };
    }

    // false: the answer ends too early, or is not from Elasticsearch. One that says two things under one name says nothing.
    private bool ReadObject(Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.Says("errors"u8))
            {
                if (!reader.Read() || _hasErrors is not null)
                {
                    return false;
                }

                _hasErrors = reader.TokenType switch
                {
                    JsonTokenType.True => true,
                    JsonTokenType.False => false,
                    _ => null,
                };
            }
            else if (reader.Says("items"u8))
            {
                if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray || _hasItems || !ReadItems(ref reader))
                {
                    return false;
                }

                _hasItems = true;
            }
            else if (!reader.Read() || !reader.TrySkip())
            {
                return false;
            }
        }

        return reader.TokenType == JsonTokenType.EndObject && !reader.Read();
    }

    // false: the rest of the answer was not read.
    private bool ReadItems(ref Utf8JsonReader reader)
    {
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.EndArray)
            {
                return true;
            }

            // {"create":{"status":201,…}}
            if (reader.TokenType != JsonTokenType.StartObject || !reader.Read() || reader.TokenType != JsonTokenType.PropertyName || !reader.Read()
                || !ReadItem(ref reader, out var status, out var type, out var reason)
                || !reader.Read() || reader.TokenType != JsonTokenType.EndObject)
            {
                return false;
            }

            Judge(status, type, reason);
        }

        return false;
    }

    private static bool ReadItem(ref Utf8JsonReader reader, out int status, out string? type, out string? reason)
    {
        (status, type, reason) = (0, null, null);
        var depth = reader.CurrentDepth;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.EndObject && reader.CurrentDepth == depth)
            {
                return true;
            }

            if (reader.TokenType != JsonTokenType.PropertyName)
            {
                continue;
            }

            var isStatus = reader.CurrentDepth == depth + 1 && reader.Says("status"u8);
            var isType = reader.CurrentDepth == depth + 2 && reader.Says("type"u8);
            var isReason = reader.CurrentDepth == depth + 2 && reader.Says("reason"u8);
            if (!reader.Read())
            {
                return false;
            }

            if (isStatus && status != 0)
            {
                return false;
            }

            status = isStatus && reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var number) ? number : status;
            type = isType && reader.TokenType == JsonTokenType.String ? reader.AsText() : type;
            reason = isReason && reader.TokenType == JsonTokenType.String ? reader.AsText() : reason;
        }

        return false;
    }

    private void Judge(int status, string? type, string? reason)
    {
        var number = _items++;
        var text = $"{status} {type}: {(reason is { Length: > MaxReason } ? reason[..MaxReason] : reason)}";
        switch (status)
        {
            case 200 or 201:
                break;
            case 409 when type is null or Duplicate:
                // It exists already: a body that came before, whose answer got lost.
                _conflicts++;
                break;
            case 401 or 403 or 404:
                (_configStatus, _configReason) = (status, _configReason ?? text);
                _later.Add(number);
                _laterReason ??= text;
                break;
            case >= 400 and < 500 and not (408 or 409 or 425 or 429):
                _guilty.Add(new RejectedEvent(number, text));
                break;
            default:
                // What does not judge the document does not reject it.
                _later.Add(number);
                _laterReason ??= text;
                break;
        }
    }
}
