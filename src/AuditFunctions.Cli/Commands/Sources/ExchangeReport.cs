using AuditFunctions.Cli.Output;
using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Sources.Inspection;

namespace AuditFunctions.Cli.Commands.Sources;

/// <summary>What a dry run found at each path of the template, and on request what went over the wire.</summary>
internal static class ExchangeReport
{
    /// <summary>In words. Of a refusal the answer's start is always shown: it is what the vendor says.</summary>
    public static void Print(Printer printer, DryRunResult result, bool trace)
    {
        for (var page = 0; page < result.Inspections.Count; page++)
        {
            var inspection = result.Inspections[page];
            var isRefusal = page == result.Inspections.Count - 1 && result.Problem is not null
                && (inspection.Page is null || inspection.Exchanges is [.., { Status: not (>= 200 and < 300) }]);
            foreach (var exchange in inspection.Exchanges.Where(exchange => trace || (isRefusal && exchange == inspection.Exchanges[^1])))
            {
                Print(printer, exchange, whole: trace);
            }

            if (inspection.Page is { } found)
            {
                printer.Line(result.Inspections.Count > 1 ? $"page {page + 1}, by the template" : "what the template found");
                foreach (var line in found.Lines)
                {
                    printer.Line($"  {(line.IsDoubtful ? "?" : " ")} {line.Text}");
                }
            }

            if (inspection.NextRequest is { } next)
            {
                printer.Line($"    next: {next}");
            }
        }
    }

    private static void Print(Printer printer, Exchange exchange, bool whole)
    {
        if (whole)
        {
            printer.Line($"> {exchange.Method} {exchange.Url}");
            Indented(printer, "> ", exchange.RequestHeaders);
            Indented(printer, "> ", exchange.RequestBody is null ? [] : ["", .. exchange.RequestBody.Split('\n')]);
        }

        printer.Line(exchange.Status == 0 ? "< no answer" : $"< HTTP {exchange.Status}, {exchange.AnswerBytes} bytes");
        Indented(printer, "< ", whole ? exchange.AnswerHeaders : []);
        Indented(printer, "< ", exchange.AnswerStart is null ? exchange.Status == 0 ? [] : ["(the answer of a sign-in or a step is not shown)"] : ["", .. exchange.AnswerStart.Split('\n')]);
    }

    private static void Indented(Printer printer, string prefix, IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            printer.Line(prefix + line);
        }
    }
}
