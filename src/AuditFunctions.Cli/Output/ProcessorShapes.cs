using AuditFunctions.Operations.Processors;

namespace AuditFunctions.Cli.Output;

/// <summary>The actions of processors.</summary>
internal sealed record ProcessorListShape(IReadOnlyList<ProcessorShape> Processors);

/// <summary>An action.</summary>
internal sealed record ProcessorShape(string Name, string Keys, string Description);

/// <summary>What processors made of some events; <paramref name="BytesSaved"/> is less than 0 where events became longer.</summary>
internal sealed record PreviewShape(IReadOnlyList<PreviewedEventShape> Events, IReadOnlyList<ProcessorCountShape> Processors, long BytesBefore, long BytesAfter, long BytesSaved)
{
    public static PreviewShape Of(PreviewedEvents previewed) => new(
        [.. previewed.Events.Select(one => new PreviewedEventShape(one.Line, one.Before, one.After, one.DroppedBy, one.Failures, one.DeadLetters))],
        [.. previewed.Counts.Select(count => new ProcessorCountShape(count.Name, count.Dropped, count.Failed))],
        previewed.BytesBefore,
        previewed.BytesAfter,
        previewed.BytesBefore - previewed.BytesAfter);
}

/// <summary>What processors made of an event: JSON as texts, byte for byte.</summary>
internal sealed record PreviewedEventShape(int Line, string Before, IReadOnlyList<string> After, IReadOnlyList<string> DroppedBy, IReadOnlyList<string> Failures, IReadOnlyList<string> DeadLetters);

/// <summary>What a processor did.</summary>
internal sealed record ProcessorCountShape(string Name, int Dropped, int Failed);
