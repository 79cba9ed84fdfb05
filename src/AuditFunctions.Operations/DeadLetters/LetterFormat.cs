namespace AuditFunctions.Operations.DeadLetters;

/// <summary>How dead letters are written to a file.</summary>
public enum LetterFormat
{
    /// <summary>A line of JSON per event, with the event's own bytes.</summary>
    JsonLines,

    /// <summary>Comma-separated values, for spreadsheets.</summary>
    Csv,
}
