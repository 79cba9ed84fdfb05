namespace AuditFunctions.Sources.Processors.Files;

/// <summary>A lookup file as it was found: its content, or why there is none.</summary>
/// <param name="Version">Names its bytes; <see cref="Missing"/> when there is no such file.</param>
/// <param name="Content">What was read of it; null when it cannot be used.</param>
/// <param name="Problem">Why it cannot be used; null when it can.</param>
public sealed record LoadedLookup(string Version, ILookupContent? Content, string? Problem)
{
    /// <summary>The version of a file that is not there.</summary>
    public const string Missing = "-";
}
