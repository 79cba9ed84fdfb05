namespace AuditFunctions.Sources.Processors.Lookup;

/// <summary>Which columns of a file's rows count. Columns are separated by line breaks in one text, so that equal ones are equal.</summary>
/// <param name="Key">The column of the key, or the columns that are one together.</param>
/// <param name="Written">The columns that are written; empty for all.</param>
/// <param name="IsSingle">Whether the one column's bare value is written instead of an object.</param>
/// <param name="IgnoreCase">Whether keys compare without case.</param>
internal sealed record TableColumns(string Key, string Written, bool IsSingle, bool IgnoreCase)
{
    /// <summary>The columns of the key.</summary>
    public string[] Keys => Key.Split('\n');

    /// <summary>The columns that are written; none for all.</summary>
    public string[] Names => Written.Length == 0 ? [] : Written.Split('\n');
}
