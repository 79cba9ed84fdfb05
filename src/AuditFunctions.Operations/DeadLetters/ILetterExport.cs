using AuditFunctions.Pipeline.Shipping;
using AuditFunctions.Pipeline.Storage.DeadLetters;

namespace AuditFunctions.Operations.DeadLetters;

/// <summary>How dead letters are written to a file.</summary>
internal interface ILetterExport
{
    /// <summary>What stands before the first line.</summary>
    byte[] Heading { get; }

    /// <summary>The line of an event.</summary>
    byte[] Line(DeadLetter letter, DeadLetterEvent auditEvent);

    /// <summary>The line of a page or message that was kept whole.</summary>
    byte[] Line(DeadLetter letter, byte[] whole);
}
