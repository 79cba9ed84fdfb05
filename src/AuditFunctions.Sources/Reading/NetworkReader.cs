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
        var secrets = new Dictionary<string, SecretName>(StringComparer.Ordinal);
        foreach (var column in SecretColumns)
        {
            if (columns.Secret(column) is { } name)
            {
                secrets.Add(column, name);
            }
        }

        var proxy = ProxyAddress.Read(columns.Text(SourceColumns.Proxy), secrets.ContainsKey(SourceColumns.ProxyCredentials), problems);
        return proxy is null && secrets.Count == 0 ? null : new NetworkDefinition(proxy, secrets);
    }
}
