namespace AuditFunctions.Operations.Adding;

/// <summary>Names that no other row has.</summary>
public static class FreeName
{
    /// <summary>The name, or with a number behind it.</summary>
    public static string Of(string name, IReadOnlySet<string> taken) =>
        !taken.Contains(name) ? name : Enumerable.Range(2, taken.Count + 1).Select(number => $"{name}-{number}").First(other => !taken.Contains(other));
}
