namespace AuditFunctions.Sources.Processors;

/// <summary>An action, for people.</summary>
/// <param name="Name">The word in <c>action</c>.</param>
/// <param name="Keys">Its keys, in Markdown.</param>
/// <param name="What">What it does, in Markdown.</param>
public sealed record ProcessorAction(string Name, string Keys, string What);
