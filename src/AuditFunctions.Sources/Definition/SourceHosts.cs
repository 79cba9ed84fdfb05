using AuditFunctions.Configuration.Rows;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Sources.Requests;

namespace AuditFunctions.Sources.Definition;

/// <summary>The hosts that a source's requests go to, in the words of <see cref="Configuration.Secrets.SecretHosts"/>.</summary>
public static class SourceHosts
{
    /// <summary>The hosts, each once: of its pages and the links to them, of items, steps, look-ups of partitions and token requests. A label that is only known when it runs makes <c>*.</c> of what stands before it.</summary>
    public static IReadOnlyList<string> Of(SourceDefinition source)
    {
        IEnumerable<PartitionLevel> levels = source.Partitions?.Levels ?? [];
        RequestDefinition?[] own = [source.Request, source.Next, source.Expand?.Request];
        var requests = own.Concat(levels.SelectMany(level => new[] { level.Lookup?.Request, level.Lookup?.Next })).Concat(source.Steps.Select(step => step.Request));
        var addresses = requests.OfType<RequestDefinition>().Select(request => request.Origin).Concat(source.Auth.TokenAddresses);
        var captured = source.Steps.SelectMany(step => step.Captures).SelectMany(capture => capture.Hosts);
        return [.. addresses.Select(HostOf).OfType<string>().Concat(captured).Concat(source.Paging.Hosts).Concat(levels.SelectMany(level => level.Lookup?.Paging.Hosts ?? [])).Distinct(StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>The hosts that a secret of a source goes to: the vendor's, or its proxy.</summary>
    public static IEnumerable<string> Of(SourceDefinition source, SecretName secret)
    {
        var network = source.Network;
        bool IsFor(string column) => network?.Secrets.TryGetValue(column, out var name) == true && name == secret;
        var vendors = source.Secrets.Values.Contains(secret) || IsFor(SourceColumns.ClientCertificate) ? Of(source) : [];
        return IsFor(SourceColumns.ProxyCredentials) && network?.Proxy is { } proxy ? vendors.Append(proxy.Authority) : vendors;
    }

    private static string? HostOf(string address)
    {
        if (address.IndexOf("://", StringComparison.Ordinal) is not (>= 0 and var scheme))
        {
            return null;
        }

        var start = scheme + 3;
        var end = address.AsSpan(start).IndexOfAny('/', '?');
        var authority = end < 0 ? address[start..] : address[start..(start + end)];
        var unknown = authority.LastIndexOf('}');
        var dot = unknown < 0 ? -1 : authority.IndexOf('.', unknown);
        return unknown < 0 ? (authority.EndsWith(":443", StringComparison.Ordinal) ? authority[..^4] : authority)
            : dot < 0 ? null
            : "*" + authority[dot..];
    }
}
