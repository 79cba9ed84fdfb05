using System.Text.Json;
using AuditFunctions.Events;

namespace AuditFunctions.Sources.Answers;

/// <summary>What bounds the making of a page from an answer: how large the page may become, where it begins, and a stop. Of one answer; not thread safe.</summary>
/// <param name="mostBytes">The most bytes that the page may have.</param>
/// <param name="clock">Measures how long a script takes.</param>
/// <param name="cancellationToken">Ends the making.</param>
public sealed class ShapeBounds(int mostBytes, TimeProvider clock, CancellationToken cancellationToken)
{
    /// <summary>The most columns of a table.</summary>
    public const int MostColumns = 10_000;

    /// <summary>The most steps between two looks at whether the making is to end.</summary>
    public const int StepsPerLook = 1024;

    private int _steps;

    /// <summary>The cursor that the page was asked with; null on the first page.</summary>
    public string? Cursor { get; init; }

    /// <summary>Where the files begin that the answer was unpacked from, but for the first; empty where it is one.</summary>
    public IReadOnlyList<int> Files { get; init; } = [];

    /// <summary>Ends the making.</summary>
    public CancellationToken Stop => cancellationToken;

    /// <summary>The answer as a stream that sees a stop.</summary>
    public Stream Read(ReadOnlyMemory<byte> answer) => new BytesStream(answer, cancellationToken);

    /// <summary>Measures how long a script takes.</summary>
    public TimeProvider Clock => clock;

    /// <summary>What the answer lacks of what the template says of it, in words; null when it has all. It may be an answer that an error rule knows.</summary>
    public string? Lacks { get; set; }

    /// <summary>One more row or element was read.</summary>
    /// <param name="page">Writes the page.</param>
    /// <exception cref="ShapeTooLargeException">The page would be too large.</exception>
    public void Step(Utf8JsonWriter page) => Step(page.BytesCommitted + page.BytesPending);

    /// <summary>One more row, element or line was read.</summary>
    /// <param name="written">Bytes of the page so far: a name that stands once in the answer may stand in each event.</param>
    /// <exception cref="ShapeTooLargeException">The page would be too large.</exception>
    public void Step(long written)
    {
        if (++_steps % StepsPerLook == 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }

        if (written > mostBytes)
        {
            throw new ShapeTooLargeException();
        }
    }
}
