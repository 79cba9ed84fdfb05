namespace AuditFunctions.Sources.Answers;

/// <summary>The page that is made of an answer becomes larger than a page may be.</summary>
internal sealed class ShapeTooLargeException() : Exception("The page that is made of the answer is too large.");
