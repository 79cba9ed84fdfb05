using System.Text.RegularExpressions;
using AuditFunctions.Configuration;
using AuditFunctions.Operations.Contracts;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Requests;
using AuditFunctions.Sources.Templates;

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

    /// <summary>Every request for a token or session of a template, by whichever way to sign in, of which no exchange shows what is sent.</summary>
    public static IEnumerable<string> SignInsMissing(SourceTemplate template, Contract contract)
    {
        Contract[] contracts = [.. contract.Variants.Prepend(contract)];
        foreach (var (name, path) in contracts.SelectMany(one => SignInsOf(template, one)).DistinctBy(one => one.Name))
        {
            var pattern = new Regex($"^(GET|POST) .*{path}$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
            ContractExchange[] asked = [.. contracts.SelectMany(one => one.Polls).SelectMany(poll => poll.Exchanges).Where(exchange => pattern.IsMatch(exchange.Ask))];
            if (asked.Length == 0)
            {
                yield return $"{name} is never asked for";
            }
            else if (asked.All(exchange => exchange is { Body: null, BodyText: null, Query: null, Headers.Count: 0 }))
            {
                yield return $"{name}: what it sends is never looked at";
            }
        }
    }

    /// <summary>Every parameter that no contract gives a value, or with a default no other one, though a request would show it.</summary>
    public static IEnumerable<string> ParametersMissing(SourceTemplate template, Contract contract)
    {
        Contract[] contracts = [.. contract.Variants.Prepend(contract)];
        foreach (var parameter in template.Parameters)
        {
            var given = contracts.Where(one => one.Secrets.ContainsKey(parameter.Name)).Select(_ => "(secret)")
                .Concat(contracts.Select(one => one.Parameters.GetValueOrDefault(parameter.Name)).OfType<string>()).ToArray();
            if (given.Length == 0 && (parameter.Secret || parameter.Default is null))
            {
                yield return parameter.Name;
            }
            else if (parameter.Default is { } usual && given.All(value => value == usual) && IsShown(template.Definition, parameter.Name))
            {
                yield return $"{parameter.Name} is never anything but its default";
            }
        }
    }

    // The host of an address is the contract's server, whatever a parameter says.
    private static bool IsShown(SettingNode node, string parameter) => node switch
    {
        SettingMap map => map.Entries.Any(entry => entry.Key != "baseUrl" && IsShown(entry.Value, parameter)),
        SettingList list => list.Items.Any(item => IsShown(item, parameter)),
        SettingText text => Host.Replace(text.Value, "").Contains($"{{{parameter}}}", StringComparison.Ordinal)
            || Host.Replace(text.Value, "").Contains($"{{{parameter}?}}", StringComparison.Ordinal),
        _ => false,
    };

    private static IEnumerable<(string Name, string Path)> SignInsOf(SourceTemplate template, Contract contract)
    {
        var definition = contract.Definition is { } over && SettingYaml.Read(over, "", new Problems()) is SettingMap map ? SettingOverlay.Lay(map, template.Definition) : template.Definition;
        if (definition["auth"] is not SettingMap auth)
        {
            yield break;
        }

        foreach (var (name, way) in auth.Entries.Select(entry => (Name: $"auth.{entry.Key}", Way: entry.Value as SettingMap)).Prepend((Name: "auth", Way: auth)))
        {
            if (way?["tokenUrl"] is SettingText url)
            {
                yield return (name, PathOf(url.Value.Replace("{server}", "", StringComparison.Ordinal)));
            }
            else if (way?["request"] is SettingMap request && request["path"] is SettingText path)
            {
                yield return (name, PathOf(path.Value));
            }
        }
    }

    private static string PathOf(string url) => Placeholder.Replace(Regex.Escape(Host.Replace(url, "").Split('?')[0]), ".*");

    private static readonly Regex Host = new("^https?://[^/]*", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);

    // As it is escaped.
    private static readonly Regex Placeholder = new(@"\\\{[^}]*}", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);

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
