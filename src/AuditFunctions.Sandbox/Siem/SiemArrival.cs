namespace AuditFunctions.Sandbox;

/// <summary>A body that a <see cref="SandboxSiem"/> stored or refused.</summary>
/// <param name="Request">The request's number, from 1.</param>
/// <param name="Body">The body, decompressed; valid during the call only.</param>
/// <param name="Ids">Ids of its events, in order.</param>
/// <param name="Fault">What happens to the answer, if anything.</param>
public sealed record SiemArrival(int Request, ReadOnlyMemory<byte> Body, IReadOnlyList<string> Ids, Fault? Fault);
