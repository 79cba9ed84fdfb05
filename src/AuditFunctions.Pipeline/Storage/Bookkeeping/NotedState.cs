using Azure;

namespace AuditFunctions.Pipeline.Storage.Bookkeeping;

/// <summary>A state that was reported.</summary>
/// <param name="State">In one word.</param>
/// <param name="SinceAt">Since when.</param>
/// <param name="Reason">Why.</param>
/// <param name="ETag">The row's version; default when there is no row.</param>
public sealed record NotedState(string State, DateTimeOffset SinceAt, string Reason, ETag ETag);
