using AuditFunctions.Events;

namespace AuditFunctions.Sources.Answers;

/// <summary>
/// Makes a page of an answer whose events are not a list of JSON values: <c>{"events":[…],"page":…}</c>. The same answer always makes the same bytes.
/// Immutable and thread safe. A template without one keeps its bytes as they came.
/// </summary>
public interface IAnswerShape
{
    /// <summary>Writes the page.</summary>
    /// <param name="answer">The answer, not empty.</param>
    /// <param name="into">Takes the page.</param>
    /// <returns>Null when done, else why the answer is not of that shape, without repeating it.</returns>
    string? Convert(ReadOnlyMemory<byte> answer, PooledBytes into);
}
