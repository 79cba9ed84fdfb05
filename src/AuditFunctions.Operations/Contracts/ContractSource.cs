using System.Security.Cryptography;
using System.Text.Json;
using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Hosting.Secrets;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Reading;
using AuditFunctions.Sources.Templates;

namespace AuditFunctions.Operations.Contracts;

/// <summary>A template with a contract's values, as a row would give them.</summary>
internal static class ContractSource
{
    private const string RsaKey = "(rsa key)";
    private const string ServiceAccount = "(service account)";

    /// <summary>Reads it; null when <paramref name="problems"/> tells that it is wrong.</summary>
    /// <param name="contract">The contract.</param>
    /// <param name="templates">The templates, of which one has its name.</param>
    /// <param name="server">What is asked instead of the vendor.</param>
    /// <param name="problems">Takes what is wrong.</param>
    public static SourceDefinition? Read(Contract contract, TemplateCatalog templates, string server, Problems problems)
    {
        var columns = TableRow.NewColumns();
        columns[SourceColumns.Template] = contract.Name;
        columns[SourceColumns.Destination] = "siem";
        columns["baseUrl"] = server;
        foreach (var name in SecretsOf(contract, templates))
        {
            columns[name] = SecretName.Prefix + name;
        }

        foreach (var (name, value) in contract.Parameters)
        {
            columns[name] = value;
        }

        if (contract.Definition is { } definition)
        {
            columns[SourceColumns.Definition] = Contract.Fill(definition, server);
        }

        // Requests come in the order of the contract: items of a list one after the other.
        var source = new DefinitionReader(templates).Read(new TableRow("acme", columns), problems);
        return source?.Expand is { } expand ? source with { Expand = expand with { Concurrency = 1 } } : source;
    }

    /// <summary>The settings that hold its secrets.</summary>
    /// <param name="contract">The contract.</param>
    /// <param name="templates">The templates, of which one has its name.</param>
    public static IEnumerable<KeyValuePair<string, string?>> SecretSettings(Contract contract, TemplateCatalog templates)
    {
        foreach (var name in SecretsOf(contract, templates))
        {
            if (SecretName.TryParse(SecretName.Prefix + name, out var secret))
            {
                yield return new(SettingsSecretReader.SettingOf(secret), ValueOf(contract.Secrets.GetValueOrDefault(name) ?? $"{name}-secret"));
            }
        }
    }

    // A definition that is laid over the template may have secrets of its own.
    private static IEnumerable<string> SecretsOf(Contract contract, TemplateCatalog templates) => (templates.Find(contract.Name)?.Parameters ?? [])
        .Where(parameter => parameter is { Secret: true, Required: true })
        .Select(parameter => parameter.Name)
        .Union(contract.Secrets.Keys, StringComparer.Ordinal);

    private static string ValueOf(string value)
    {
        if (value is not (RsaKey or ServiceAccount))
        {
            return value;
        }

        using var rsa = RSA.Create(2048);
        return value == RsaKey
            ? rsa.ExportPkcs8PrivateKeyPem()
            : JsonSerializer.Serialize(new Dictionary<string, string>
            {
                ["client_email"] = "audit@acme.iam.example",
                ["private_key"] = rsa.ExportPkcs8PrivateKeyPem(),
                ["private_key_id"] = "k1",
            });
    }
}
