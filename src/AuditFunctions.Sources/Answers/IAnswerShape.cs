using AuditFunctions.Events;

namespace AuditFunctions.Sources.Answers;

/// <summary>
/// Makes a page of an answer whose events are not a list of JSON values: <c>{"events":[…],"page":…}</c>. The same answer to the same cursor always makes the same bytes.
/// Immutable and thread safe. A template without one keeps its bytes as they came.
/// </summary>
public interface IAnswerShape
{
    /// <summary>How many times the size of the answer the page has at most, each counted for what is found in it as well; 0 when that is not known.</summary>
    int MostGrowth => 0;

    /// <summary>Whether everything else in the answer stands inside one value, such as the root element of XML.</summary>
    bool HasRootName => false;

    /// <summary>Whether the page is what stands behind the cursor, so that the request need not send it: for vendors that always give all that there is.</summary>
    bool GoesByCursor => false;

    /// <summary>Whether it may make events of markup: of others an HTML page is the word of something in between.</summary>
    bool TakesMarkup => false;

    /// <summary>Whether an answer without a byte is one without events.</summary>
    bool IsOfLines => false;

    /// <summary>Whether each file of an archive begins anew, as a table with its heading does.</summary>
    bool IsOfFiles => false;

    /// <summary>Whether what says where to go on stands in a part of its own, which each answer has.</summary>
    bool HasContext => false;

    /// <summary>Writes the page.</summary>
    /// <param name="answer">The answer, not empty.</param>
    /// <param name="into">Takes the page.</param>
    /// <param name="bounds">Bounds it.</param>
    /// <returns>Null when done, else why the answer is not of that shape, without repeating it.</returns>
    /// <exception cref="ShapeTooLargeException">The page would be too large.</exception>
    string? Convert(ReadOnlyMemory<byte> answer, PooledBytes into, ShapeBounds bounds);
}
