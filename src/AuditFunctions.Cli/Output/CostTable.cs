using System.Globalization;
using AuditFunctions.Operations;
using AuditFunctions.Operations.Cost;

namespace AuditFunctions.Cli.Output;

/// <summary>Draws a bill.</summary>
internal static class CostTable
{
    /// <summary>Draws it.</summary>
    public static void Print(Printer printer, Workload work, Bill bill, PriceList prices)
    {
        printer.Line(Text($"{Counted.Of(work.Sources, "source")} ({work.Origin}), a day: {work.Polls:N0} polls, {work.BusyPolls:N0} of them with new events, {work.Events:N0} events, {work.Batches:N0} batches."));
        printer.Line(Text($"Prices of {prices.Region} in {prices.Currency}, {prices.Date:yyyy-MM-dd}; a month has 730 hours. A ? marks a price that no second source confirmed."));
        printer.Table(
            ["", "item", "a month", "price", "free", "cost", "where the count comes from"],
            bill.Lines.Select(line => new[]
            {
                line.Group,
                line.Item,
                Count(line.Count),
                Text($"{line.Price.Amount} / {line.Price.Per:N0}{(line.Price.Verified ? "" : " ?")}"),
                line.Price.Free > 0 ? Text($"{line.Price.Free:N0}") : null,
                Text($"{line.Cost:0.000}"),
                line.Origin,
            }));
        printer.Pairs(CostGroup.Summed.Select(group => (group, (string?)Text($"{bill.Of(group):0.00}")))
            .Append(("together", Text($"{bill.Total:0.00} {prices.Currency} a month, without the SIEM and telemetry")))
            .Append((CostGroup.Telemetry, Text($"{bill.Of(CostGroup.Telemetry):0.00}"))));
    }

    private static string Count(double count) => count >= 100 ? Text($"{count:N0}") : Text($"{count:0.##}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
