namespace AuditFunctions.Sources.Processors;

/// <summary>What an entry of a list did on a page.</summary>
/// <param name="Name">The entry.</param>
/// <param name="Dropped">How many events it left out.</param>
/// <param name="Failed">How many events it failed on.</param>
public sealed record ProcessorCount(string Name, int Dropped, int Failed);
