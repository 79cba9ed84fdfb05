using AuditFunctions.Configuration;
using AuditFunctions.Events;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Paging;
using AuditFunctions.Sources.Settings;

namespace AuditFunctions.Sources.Reading;

/// <summary>Reads <c>events</c>, <c>id</c>, <c>time</c> and <c>errors</c>.</summary>
internal sealed class ReadingReader
{
    private readonly PageFields _fields;
    private readonly EventsDefinition _events;
    private readonly List<JsonPath> _eventFields = [];
    private readonly int _idParts;
    private readonly int _timeField;
    private readonly TimeFormat _timeFormat;
    private readonly ErrorRules _errors;

    public ReadingReader(SettingReader reader, PageFields fields)
    {
        _fields = fields;
        Snapshot = SnapshotReader.Read(reader, out var keys);
        foreach (var text in Snapshot is null ? reader.Texts("id") : keys)
        {
            AddEventField(reader, Snapshot is null ? "id" : "snapshot.key", text);
        }

        _idParts = _eventFields.Count;
        (_timeField, _timeFormat) = Snapshot is null ? ReadTime(reader) : (-1, TimeFormat.Iso8601);
        var names = _eventFields.Where(path => !path.IsRoot && path.Steps[0].Kind == PathStepKind.Name).Select(path => path.Steps[0].Name.Text);
        _events = EventsReader.Read(reader.Map("events"), [.. names.Except(ExpandReader.AddedTo(reader), StringComparer.Ordinal)]);
        fields.IsShaped = _events.Shape is not null;
        _errors = ErrorsReader.Read(reader, fields);
    }

    /// <summary>What of a listing is sent on; null when the source brings events.</summary>
    public SnapshotDefinition? Snapshot { get; }

    /// <summary>Where the events stand.</summary>
    public JsonPath EventsPath => _events.Path;

    /// <summary>The plan, once every page field is known.</summary>
    public ReadingDefinition Build(Problems problems) => new()
    {
        Plan = PlanOf(problems),
        EventsAreOptional = _events.IsOptional,
        EventsText = _events.Shape is null ? null : _events.Text,
        Shape = _events.Shape,
        Compression = _events.Compression,
        IdParts = _idParts,
        TimeField = _timeField,
        TimeFormat = _timeFormat,
        Errors = _errors,
    };

    private PagePlan PlanOf(Problems problems)
    {
        try
        {
            return new PagePlan(_events.Format, EventsPath, _eventFields, _fields.Paths);
        }
        catch (ArgumentException exception)
        {
            problems.Add("events", exception.Message);
            return new PagePlan(PageFormat.Json, JsonPath.Root, [], []);
        }
    }

    private bool AddEventField(SettingReader reader, string key, string text)
    {
        if (reader.Path(key, text) is not { } path)
        {
            return false;
        }

        _eventFields.Add(path);
        return true;
    }

    // `time: published`, or a map with path, format and zone. Every source has one: it is what the mark is made of.
    private (int Field, TimeFormat Format) ReadTime(SettingReader reader)
    {
        if (reader.Node("time") is SettingMap)
        {
            var time = reader.Map("time")!;
            var path = time.Required("path");
            var text = time.Text("format") ?? "iso8601";
            if (!TimeFormat.TryParse(text, time.Text("zone"), out var format, out var error))
            {
                time.Problems.Add(time.At("format"), error);
            }

            time.Finish();
            return AddEventField(time, "path", path) ? (_eventFields.Count - 1, format ?? TimeFormat.Iso8601) : (-1, TimeFormat.Iso8601);
        }

        var plain = reader.Required("time");
        return plain.Length > 0 && AddEventField(reader, "time", plain) ? (_eventFields.Count - 1, TimeFormat.Iso8601) : (-1, TimeFormat.Iso8601);
    }
}
