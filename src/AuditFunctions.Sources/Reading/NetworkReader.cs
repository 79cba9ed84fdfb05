using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Http.Network;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Sources.Reading;

/// <summary>Reads a source's own way out from the columns of its row: a template cannot know it.</summary>
internal static class NetworkReader
{
    private static readonly string[] SecretColumns = [SourceColumns.ProxyCredentials, SourceColumns.Authorities, SourceColumns.ClientCertificate];

    /// <summary>Reads it; null when the row names none.</summary>
    public static NetworkDefinition? Read(RowColumns columns, Problems problems)
    {
        var proxy = columns.Text(SourceColumns.Proxy);
        if (proxy is not null && ProxyAddress.WhatIsWrong(proxy) is { } wrong)
        {
            problems.Add(SourceColumns.Proxy, wrong);
        }

        var secrets = new Dictionary<string, SecretName>(StringComparer.Ordinal);
        foreach (var column in SecretColumns)
        {
            if (columns.Secret(column) is { } name)
            {
                secrets.Add(column, name);
            }
        }

        if (proxy is null && secrets.ContainsKey(SourceColumns.ProxyCredentials))
        {
            problems.Add(SourceColumns.ProxyCredentials, "is not used without a proxy; name one, or remove it.");
        }

        return proxy is null && secrets.Count == 0 ? null : new NetworkDefinition(ProxyAddress.Parse(proxy ?? ""), secrets);
    }
}
