using System.Text.RegularExpressions;
using AuditFunctions.Configuration;
using AuditFunctions.Operations.Contracts;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Requests;

namespace AuditFunctions.Tests.Contracts;

/// <summary>What of a template's requests its contract does not look at: a mistake there would be seen by nobody.</summary>
internal static class ContractCoverage
{
    /// <summary>Every request, and every query, header and body with a placeholder in it, that no exchange shows.</summary>
    public static IEnumerable<string> MissingOf(SourceDefinition source, Contract contract)
    {
        ContractExchange[] exchanges = [.. contract.Variants.Prepend(contract).SelectMany(one => one.Polls).SelectMany(poll => poll.Exchanges)];
        foreach (var (name, request) in RequestsOf(source))
        {
            ContractExchange[] asked = [.. exchanges.Where(exchange => IsOf(exchange, request))];
            if (asked.Length == 0)
            {
                yield return $"{name} is never asked for";
                continue;
            }

            if (request.Query.Count > 0 && asked.All(exchange => exchange.Query is null))
            {
                yield return $"{name}.query is never looked at";
            }

            if (request.Body is not null && asked.All(exchange => exchange is { Body: null, BodyText: null }))
            {
                yield return $"{name}.body is never looked at";
            }

            foreach (var (header, value) in request.Headers)
            {
                if (value.Literal is null && asked.All(exchange => !exchange.Headers.ContainsKey(header)))
                {
                    yield return $"{name}.headers.{header} is never looked at";
                }
            }
        }
    }

    private static IEnumerable<(string Name, RequestDefinition Request)> RequestsOf(SourceDefinition source)
    {
        yield return ("request", source.Request);
        if (source.Next is { } next && !source.Paging.Kind.CursorIsUrl)
        {
            yield return ("next", next);
        }

        if (source.Expand is { Request: { Link: null } item })
        {
            yield return ("expand.request", item);
        }

        if (source.Job is { } job)
        {
            yield return ("job.submit", job.Submit);
            yield return ("job.poll", job.Poll);
        }

        foreach (var step in source.Steps)
        {
            yield return ($"steps.{step.Name}", step.Request);
        }

        foreach (var level in source.Partitions?.Levels ?? [])
        {
            if (level.Lookup is { } lookup)
            {
                yield return ($"partitions.{level.Name}", lookup.Request);
            }
        }
    }

    // Addresses go to the contract's server, so that only method and path can be compared.
    private static bool IsOf(ContractExchange exchange, RequestDefinition request)
    {
        var path = TextTemplate.Parse(request.Shown.Split(' ', 2)[1]).Render(_ => "-ANY-");
        var pattern = Regex.Escape(new Uri(new Uri("http://localhost"), path).AbsolutePath).Replace("-ANY-", ".*", StringComparison.Ordinal);
        return Regex.IsMatch(exchange.Ask, $"^{request.Method} {pattern}$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
    }
}
