namespace AuditFunctions.Sources.Processors.Map.Schemas;

/// <summary>A kind of event of a schema.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Uid">Its number; 0 for the one that takes what is of no other.</param>
/// <param name="Category">The number of its category.</param>
/// <param name="Fields">Its fields.</param>
internal sealed record SchemaClass(string Name, int Uid, int Category, SchemaObject Fields);
