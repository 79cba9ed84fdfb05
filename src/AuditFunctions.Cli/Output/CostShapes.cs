using AuditFunctions.Operations.Cost;

namespace AuditFunctions.Cli.Output;

/// <summary>What a month costs.</summary>
internal sealed record CostShape(
    string Region,
    string Currency,
    DateOnly PricesOf,
    CostWorkShape Work,
    IReadOnlyList<CostLineShape> Lines,
    decimal Compute,
    decimal StorageTransactions,
    decimal StorageCapacity,
    decimal KeyVault,
    decimal Total,
    decimal Telemetry)
{
    public static CostShape Of(Workload work, Bill bill, PriceList prices) => new(
        prices.Region,
        prices.Currency,
        prices.Date,
        new CostWorkShape(work.Origin, work.Sources, work.Polls, work.BusyPolls, work.Batches, work.Events, work.Destinations),
        [.. bill.Lines.Select(line => new CostLineShape(line.Group, line.Item, line.Count, line.Price.Amount, line.Price.Per, line.Price.Free, line.Cost, line.Price.Verified, line.Price.Source, line.Origin))],
        bill.Of(CostGroup.Compute),
        bill.Of(CostGroup.Transactions),
        bill.Of(CostGroup.Capacity),
        bill.Of(CostGroup.Vault),
        bill.Total,
        bill.Of(CostGroup.Telemetry));
}

/// <summary>What is done a day.</summary>
internal sealed record CostWorkShape(string Origin, int Sources, double Polls, double BusyPolls, double Batches, double Events, int Destinations);

/// <summary>An item of the bill: counts are of a month.</summary>
internal sealed record CostLineShape(string Group, string Item, double Count, decimal Price, decimal Per, decimal Free, decimal Cost, bool PriceVerified, string PriceSource, string Origin);
