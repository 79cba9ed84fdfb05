using AuditFunctions.Configuration;
using AuditFunctions.Events;
using AuditFunctions.Sources.Settings;

namespace AuditFunctions.Sources.Processors;

/// <summary>
/// The fields that an action hides. Where an action before it failed to open what they stand in, such as JSON inside a text, that is hidden as a whole: they
/// are in it, perhaps. Immutable.
/// </summary>
internal sealed class HiddenFields
{
    private readonly FieldPath[] _paths;
    private readonly IReadOnlyList<(IProcessor Opens, FieldPath Closed)> _around;

    private HiddenFields(FieldPath[] paths, IReadOnlyList<(IProcessor Opens, FieldPath Closed)> around) => (_paths, _around) = (paths, around);

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => _paths.Length == 0;

    /// <summary>Reads <c>paths</c>, which must be there.</summary>
    /// <param name="reader">The action's keys.</param>
    /// <param name="settings">What it is given beside them.</param>
    /// <param name="kinds">Which values it hides.</param>
    public static HiddenFields Read(SettingReader reader, ProcessorSettings settings, FieldKinds kinds = FieldKinds.All) =>
        Of([.. reader.Fields("paths").Select(path => path.Only(kinds))], settings);

    /// <summary>None, for an action that takes the whole event then.</summary>
    public static HiddenFields None { get; } = new([], []);

    /// <summary>Whether a path is among them, as it is written.</summary>
    public bool Has(FieldPath path) => _paths.Any(one => one.ToString() == path.ToString());

    /// <summary>Where they are in an event.</summary>
    public FieldPath[] In(ProcessorCall call)
    {
        if (call.Failed.Count == 0 || _around.Count == 0)
        {
            return _paths;
        }

        return [.. _paths, .. _around.Where(one => call.Failed.Contains(one.Opens)).Select(one => one.Closed)];
    }

    private static HiddenFields Of(FieldPath[] paths, ProcessorSettings settings) => new(
        paths,
        [
            .. from step in settings.Before
               from closed in step.Processor.Opens
               where paths.Any(path => path.MayMiss(closed))
               select (step.Processor, closed),
        ]);
}
