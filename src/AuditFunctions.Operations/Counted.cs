namespace AuditFunctions.Operations;

/// <summary>Numbers of things, in words.</summary>
public static class Counted
{
    /// <summary>Such as <c>1 source</c> or <c>1,204 sources</c>.</summary>
    public static string Of(long count, string noun) => $"{count:N0} {noun}{(count == 1 ? "" : noun.EndsWith("ch", StringComparison.Ordinal) ? "es" : "s")}";
}
