using AuditFunctions.Configuration;

namespace AuditFunctions.Sources.Processors.Keys;

/// <summary>Keys by event time: <c>key</c>, or <c>keys</c> with <c>id</c>, <c>key</c> and <c>from</c>.</summary>
internal static class DatedKeys
{
    private const int MostKeys = 50;
    private const int LongestId = 20;

    /// <summary>Reads them; the action needs their secrets.</summary>
    public static IReadOnlyList<DatedKey> Read(SettingReader reader, ProcessorSettings settings)
    {
        if (reader.Has("key") == reader.Has("keys"))
        {
            reader.Problems.Add(reader.At("key"), "is missing: a 'secret:' reference, or 'keys', a list of them by date; not both.");
        }

        var keys = reader.Has("keys") ? ReadList(reader, settings) : ReadOne(reader, settings);
        foreach (var key in keys)
        {
            settings.Secrets.Add(key.Secret);
        }

        return keys;
    }

    /// <summary>The key that counts at an event's time. An event without a time has the first one: whichever it is, it must always be the same.</summary>
    public static DatedKey At(IReadOnlyList<DatedKey> keys, DateTimeOffset? time)
    {
        var chosen = keys[0];
        foreach (var key in keys)
        {
            chosen = key.FromAt <= time ? key : chosen;
        }

        return chosen;
    }

    private static List<DatedKey> ReadOne(SettingReader reader, ProcessorSettings settings) =>
        reader.Has("key") && settings.SecretOf(reader, "key") is { } secret ? [new DatedKey("1", secret, null)] : [];

    private static List<DatedKey> ReadList(SettingReader reader, ProcessorSettings settings)
    {
        var keys = new List<DatedKey>();
        var items = reader.List("keys");
        for (var at = 0; at < items.Count; at++)
        {
            if (items[at] is SettingMap map)
            {
                Add(keys, reader.Item($"keys[{at}]", map), settings);
            }
            else
            {
                reader.Problems.Add(reader.At("keys"), "must be a list of maps with id, key and from.");
            }
        }

        if (items.Count is 0 or > MostKeys)
        {
            reader.Problems.Add(reader.At("keys"), $"holds {items.Count} keys; allowed: 1 to {MostKeys}.");
        }

        return keys;
    }

    private static void Add(List<DatedKey> keys, SettingReader item, ProcessorSettings settings)
    {
        var id = item.Required("id");
        var secret = settings.SecretOf(item, "key");
        var from = From(item, isFirst: keys.Count == 0);
        if (id.Length > LongestId || !id.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') || keys.Any(key => key.Id == id))
        {
            item.Problems.Add(item.At("id"), $"is '{id}'; allowed: up to {LongestId} letters, digits and '-', each key its own.");
        }

        if (keys.Count > 0 && from <= keys[^1].FromAt)
        {
            item.Problems.Add(item.At("from"), "is not after that of the key before it; list the keys oldest first.");
        }

        item.Finish();
        if (secret is { } name)
        {
            keys.Add(new DatedKey(id, name, from));
        }
    }

    private static DateTimeOffset? From(SettingReader item, bool isFirst)
    {
        if (item.Text("from") is not { } text)
        {
            if (!isFirst)
            {
                item.Problems.Add(item.At("from"), "is missing: the event time from which on the key counts.");
            }

            return null;
        }

        if (!Events.TimeFormat.Iso8601.TryRead(System.Text.Encoding.UTF8.GetBytes(text), out var from))
        {
            item.Problems.Add(item.At("from"), $"is '{text}'; allowed: an instant such as 2026-01-31T00:00:00Z.");
            return null;
        }

        return from;
    }
}
