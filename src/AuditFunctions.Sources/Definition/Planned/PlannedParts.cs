using AuditFunctions.Configuration;

namespace AuditFunctions.Sources.Definition.Planned;

/// <summary>
/// The parts of the schema that this version can check but not run. They are read as strictly as all others; unless a definition is read for
/// checking only, each then ends in a problem that says so.
/// </summary>
/// <param name="checkOnly">Whether the definition is only checked.</param>
/// <param name="problems">Takes what is wrong.</param>
internal sealed class PlannedParts(bool checkOnly, Problems problems)
{
    /// <summary>What a message says about a part that cannot run yet.</summary>
    public const string NotYet = "can be written but not run by this version.";

    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    /// <summary>Whether the definition is only checked.</summary>
    public bool CheckOnly => checkOnly;

    /// <summary>The placeholders that planned parts bring: what sessions capture, what partitions are made of.</summary>
    public IReadOnlySet<string> Names => _names;

    /// <summary>Notes that a planned part is used.</summary>
    public void Use(string where, string what = NotYet)
    {
        if (!checkOnly)
        {
            problems.Add(where, what);
        }
    }

    /// <summary>Collects the names first, since a base address may use what a session captures.</summary>
    public void Collect(SettingMap definition)
    {
        _names.Add("requestId");
        var steps = definition["session"] as SettingList;
        var captures = (steps?.Items ?? []).OfType<SettingMap>().Append(definition["auth"] as SettingMap).Select(step => step?["capture"]).OfType<SettingMap>();
        _names.UnionWith(captures.SelectMany(capture => capture.Entries).Select(entry => $"session.{entry.Key}"));
        _names.UnionWith((definition["partitions"] as SettingMap)?.Entries.Select(entry => $"partition.{entry.Key}") ?? []);
    }

    /// <summary>Reads the planned parts that stand at the top.</summary>
    public void Read(SettingReader reader, IEnumerable<string> secrets)
    {
        var requests = new PlannedRequests(this, secrets);
        if (reader.Has("session"))
        {
            Use(reader.At("session"));
            SessionReader.Read(reader, requests);
        }

        if (reader.Map("partitions") is { } partitions)
        {
            Use(reader.At("partitions"));
            PartitionsReader.Read(partitions, requests);
        }

        if (reader.Map("expand") is { } expand)
        {
            Use(reader.At("expand"));
            ExpandReader.Read(expand, requests);
        }

        if (reader.Has("processors"))
        {
            Use(reader.At("processors"));
            ProcessorsReader.Read(reader);
        }

        if (reader.Map("pending") is { } pending)
        {
            Use(reader.At("pending"));
            PlannedValues.Integer(pending, "status", 200, 599);
            PlannedValues.RequiredPath(pending, "path");
            pending.Duration("wait", TimeSpan.Zero, TimeSpan.FromMinutes(5));
            pending.Duration("atMost", TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
            pending.Finish();
        }
    }
}
