using System.Text.Json;
using AuditFunctions.Operations.Doctor;

namespace AuditFunctions.Cli.Output;

/// <summary>What a doctor found.</summary>
internal sealed record DoctorShape(DateTimeOffset At, bool Ok, int Problems, IReadOnlyList<FindingShape> Findings);

/// <summary>One thing that was looked at.</summary>
internal sealed record FindingShape
{
    /// <summary>identity, tables, queues, blobs, vault, secrets, sources, subjects, destinations, state, poison, dead-letters or clock.</summary>
    public required string Check { get; init; }

    public required string Where { get; init; }

    /// <summary>ok, note or problem.</summary>
    public required string Level { get; init; }

    public required string What { get; init; }

    public required string? Mend { get; init; }

    public required string? Command { get; init; }

    public static FindingShape Of(Diagnosis diagnosis) => new()
    {
        Check = diagnosis.Check,
        Where = diagnosis.Finding.Where,
        Level = JsonNamingPolicy.CamelCase.ConvertName(diagnosis.Finding.Level.ToString()),
        What = diagnosis.Finding.What,
        Mend = diagnosis.Finding.Mend,
        Command = diagnosis.Finding.Command,
    };
}
