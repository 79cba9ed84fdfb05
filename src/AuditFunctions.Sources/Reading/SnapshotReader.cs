using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Events;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Settings;

namespace AuditFunctions.Sources.Reading;

/// <summary>Reads <c>snapshot</c>.</summary>
internal static class SnapshotReader
{
    /// <summary>The key in a definition.</summary>
    public const string Key = "snapshot";

    private static readonly string[] OfEvents = ["id", "time", "order", "progress"];
    private static readonly string[] OfWindows = ["lag", "overlap", "lookback", "lookbackTiers", "maxWindow", "retention", "granularity"];
    private static readonly string[] Columns =
        [SourceColumns.Since, SourceColumns.Lag, SourceColumns.Overlap, SourceColumns.Lookback, SourceColumns.LookbackTiers];

    /// <summary>Reads the map, and refuses what is of events only.</summary>
    /// <param name="reader">The definition.</param>
    /// <param name="keys">Takes the paths of the object's key.</param>
    /// <returns>Null when the source lists no objects.</returns>
    public static SnapshotDefinition? Read(SettingReader reader, out IReadOnlyList<string> keys)
    {
        keys = [];
        if (reader.Map(Key) is not { } map)
        {
            return null;
        }

        keys = map.Texts("key");
        if (keys.Count == 0)
        {
            reader.Problems.Add(map.At("key"), "is missing; say which member of an object tells it from all others, such as 'key: id'.");
        }

        foreach (var whole in keys.Where(key => JsonPath.TryParse(key, out var path, out _) && path.IsRoot))
        {
            map.Problems.Add(map.At("key"), $"is '{whole}', the whole object: no key, since it is another one after each change; name a member that stays, such as 'key: id'.");
        }

        var word = map.Choice("changes", "full", "changed", "diff");
        var ignored = Ignored(map);
        var keep = KeepReader.Read(map);
        map.Finish();
        foreach (var name in OfEvents.Where(reader.Has))
        {
            reader.Problems.Add(reader.At(name), "is about events, and 'snapshot' lists objects; leave it out.");
        }

        var text = string.Join('\n', [word, .. keys, "", .. ignored]);
        var changes = word switch { "diff" => SnapshotChanges.Diff, "changed" => SnapshotChanges.Changed, _ => SnapshotChanges.Full };
        return new SnapshotDefinition(changes, ignored, Fingerprint.Of(text))
        {
            Keep = [.. keep.Select(one => one.Field)],
            KeepMark = keep.Count == 0 ? null : Fingerprint.Of(string.Join('\n', keep.Select(one => $"{one.Field.Name}={one.Text}"))),
        };
    }

    /// <summary>Refuses what is of windows only.</summary>
    public static void CheckTiming(SettingReader timing, RowColumns columns)
    {
        foreach (var name in OfWindows.Where(timing.Has))
        {
            timing.Problems.Add(timing.At(name), "is about windows of time, and 'snapshot' lists everything each time; leave it out.");
        }

        foreach (var name in Columns.Where(column => columns.Text(column) is not null))
        {
            timing.Problems.Add(name, "is about windows of time, and this source lists everything each time ('snapshot'); leave it out.");
        }
    }

    private static List<string> Ignored(SettingReader map)
    {
        var ignored = new List<string>();
        foreach (var text in map.Texts("ignore"))
        {
            if (map.Path("ignore", text) is not { } path)
            {
                continue;
            }

            var names = new List<string>();
            foreach (var step in path.Steps)
            {
                if (step.Kind == PathStepKind.Name)
                {
                    names.Add(step.Name.Text);
                }
            }

            if (names.Count == 0 || names.Count != path.Steps.Length)
            {
                map.Problems.Add(map.At("ignore"), $"'{text}' is not of names alone; name members, such as 'lastSeen' or 'general.lastContact'.");
                continue;
            }

            ignored.Add(string.Join('.', names));
        }

        return ignored;
    }
}
