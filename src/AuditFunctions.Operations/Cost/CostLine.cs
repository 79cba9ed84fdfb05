namespace AuditFunctions.Operations.Cost;

/// <summary>An item of the bill.</summary>
/// <param name="Group">What it is a part of, one of <see cref="CostGroup"/>.</param>
/// <param name="Item">What it is.</param>
/// <param name="Count">How many a month.</param>
/// <param name="Price">What it costs.</param>
/// <param name="Origin">Where the count comes from.</param>
public sealed record CostLine(string Group, string Item, double Count, Price Price, string Origin)
{
    /// <summary>What the grant leaves of it a month, in the price list's currency; of several lines with one price the first takes the grant.</summary>
    public decimal Cost { get; init; } = Price.Of((decimal)Count);
}

/// <summary>Parts of the bill.</summary>
public static class CostGroup
{
    /// <summary>Executions and GB-seconds.</summary>
    public const string Compute = "compute";

    /// <summary>Requests to storage.</summary>
    public const string Transactions = "storage transactions";

    /// <summary>What lies in storage.</summary>
    public const string Capacity = "storage capacity";

    /// <summary>Requests to the vault.</summary>
    public const string Vault = "key vault";

    /// <summary>Logs and alert rules: outside of the sum.</summary>
    public const string Telemetry = "telemetry";

    /// <summary>Those that are in the sum, in order.</summary>
    public static IReadOnlyList<string> Summed { get; } = [Compute, Transactions, Capacity, Vault];
}
