using AuditFunctions.Configuration.Rows;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Hosting;
using AuditFunctions.Operations.Doctor.Findings;
using AuditFunctions.Pipeline.Storage.Subjects;
using AuditFunctions.Sources.Processors;

namespace AuditFunctions.Operations.Doctor.Checks;

/// <summary>Whether each secret that a row refers to can be read. Rows that are wrong otherwise count too.</summary>
internal sealed class SecretsCheck : ICheck
{
    /// <inheritdoc/>
    public string Name => "secrets";

    /// <inheritdoc/>
    public IEnumerable<Look> Looks(Examination on)
    {
        var bySources = on.ChosenSources.SelectMany(row => Of(row.Row, row.Definition is { } source ? source.Secrets.Values.Concat(source.ProcessorSecrets) : null).Select(secret => (Secret: secret, By: $"source '{row.Row.Name}'")));
        var byDestinations = on.ChosenDestinations.SelectMany(row => Of(row.Row, row.Definition?.Secrets.Values).Select(secret => (Secret: secret, By: $"destination '{row.Row.Name}'")));
        return bySources.Concat(byDestinations).GroupBy(use => use.Secret, use => use.By)
            .OrderBy(use => use.Key.Value, StringComparer.Ordinal)
            .Select(use => (use.Key, Where: $"'{use.Key}' of {string.Join(", ", use.Distinct(StringComparer.Ordinal))}"))
            .Select(use => Look.Of(use.Where, cancellationToken => FindAsync(on, use.Key, use.Where, cancellationToken)));
    }

    private static async Task<Finding> FindAsync(Examination on, SecretName name, string where, CancellationToken cancellationToken)
    {
        try
        {
            var value = await on.Installation.Get<ISecretStore>().GetAsync(name, SecretRead.Cached, cancellationToken);
            if (value.Reveal().Length > 0 && on.ChosenSources.Any(row => row.Definition?.ProcessorSecrets.Contains(name) == true))
            {
                await CheckKeyAsync(on, name, ProcessorList.KeyOf(name, value.Reveal()), cancellationToken);
            }

            return value.Reveal().Length > 0
                ? SecretHostsMeaning.Of(on, where, name, value.Hosts)
                : Finding.Problem(where, "is empty", SecretMeaning.HowToStore(on.Vault), SecretMeaning.Store(on.Vault, name, value.Hosts));
        }
        catch (SecretException exception)
        {
            return SecretMeaning.Of(on, where, name, exception);
        }
    }

    // Whether it is the one that hid values so far, by the check in the table, which says nothing of it.
    private static async Task CheckKeyAsync(Examination on, SecretName name, byte[] key, CancellationToken cancellationToken)
    {
        try
        {
            await on.Installation.Get<SubjectKeyStore>().CheckAsync(name, key, keep: false, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && StorageFailure.IsStorage(exception))
        {
            // The check of the tables says why they cannot be read.
        }
    }

    // A definition knows those of its template's texts too; a row that is wrong has its columns only.
    private static IEnumerable<SecretName> Of(TableRow row, IEnumerable<SecretName>? defined) =>
        row.Columns.Values.Select(value => SecretName.TryParse(value, out var name) ? name : (SecretName?)null).OfType<SecretName>().Concat(defined ?? []).Distinct();
}
