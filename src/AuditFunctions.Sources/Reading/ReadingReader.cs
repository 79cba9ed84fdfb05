using System.Text;
using AuditFunctions.Configuration;
using AuditFunctions.Events;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Paging;
using AuditFunctions.Sources.Scripts;
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
    private readonly int _timeParts;
    private readonly TimeFormat _timeFormat;
    private readonly ScriptTimes? _scriptedTime;
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
        (_timeField, _timeParts, _timeFormat, _scriptedTime) = Snapshot is null ? ReadTime(reader) : (-1, 1, TimeFormat.Iso8601, null);

        // Of several places of the time one is enough.
        var names = _eventFields.Take(_timeField < 0 || _timeParts > 1 ? _idParts : _timeField + 1).Where(path => !path.IsRoot && path.Steps[0].Kind == PathStepKind.Name).Select(path => path.Steps[0].Name.Text);
        _events = EventsReader.Read(reader.Map("events"), [.. names.Except(ExpandReader.AddedTo(reader), StringComparer.Ordinal)], [.. _eventFields.Take(_timeField < 0 ? _idParts : _timeField + 1)]);
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
        Plan = _events.PlanOf(_eventFields, _fields.Paths, "events", problems),
        EventsAreOptional = _events.IsOptional,
        EventsText = _events.Shape is null ? null : _events.Text,
        Shape = _events.Shape,
        Compression = _events.Compression,
        Heading = Encoding.UTF8.GetBytes(_events.Heading),
        IdParts = _idParts,
        TimeField = _timeField,
        TimeParts = _timeParts,
        TimeFormat = _timeFormat,
        ScriptedTime = _scriptedTime,
        Errors = _errors,
    };

    private bool AddEventField(SettingReader reader, string key, string text)
    {
        if (reader.Path(key, text) is not { } path)
        {
            return false;
        }

        _eventFields.Add(path);
        return true;
    }

    // `time: published`, or a map with path, format and zone, or with a script. Every source has one: it is what the mark is made of.
    private (int Field, int Parts, TimeFormat Format, ScriptTimes? Script) ReadTime(SettingReader reader)
    {
        if (reader.Node("time") is not SettingMap)
        {
            return ReadPaths(reader, "time", TimeFormat.Iso8601);
        }

        var time = reader.Map("time")!;
        var text = time.Text("format") ?? "iso8601";
        var isScript = text == "script";
        if (!TimeFormat.TryParse(isScript ? "iso8601" : text, time.Text("zone"), out var format, out var error))
        {
            time.Problems.Add(time.At(isScript || TimeFormat.TryParse(text, null, out _, out _) ? "zone" : "format"), error);
        }

        if (isScript)
        {
            var script = new ScriptTimes(ScriptCode.Read(time, ScriptTimes.Function, "event"), format ?? TimeFormat.Iso8601);
            time.Finish();
            return (-1, 1, TimeFormat.Iso8601, script);
        }

        var read = ReadPaths(time, "path", format ?? TimeFormat.Iso8601);
        time.Finish();
        return read;
    }

    // The first path that has something in an event says its time.
    private (int Field, int Parts, TimeFormat Format, ScriptTimes? Script) ReadPaths(SettingReader reader, string key, TimeFormat format)
    {
        var field = _eventFields.Count;
        var texts = reader.Texts(key);
        if (texts.Count == 0 || texts.Any(string.IsNullOrWhiteSpace))
        {
            reader.Problems.Add(reader.At(key), "is missing.");
            return (-1, 1, format, null);
        }

        return texts.Count(text => AddEventField(reader, key, text)) == texts.Count ? (field, texts.Count, format, null) : (-1, 1, format, null);
    }
}
