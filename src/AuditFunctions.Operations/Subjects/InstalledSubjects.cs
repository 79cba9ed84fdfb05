using System.Text;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Hosting;
using AuditFunctions.Pipeline.Storage.Subjects;
using AuditFunctions.Sources.Processors.Subjects;

namespace AuditFunctions.Operations.Subjects;

/// <summary>The subjects whose data keys an installation keeps, by name.</summary>
/// <param name="installation">The installation.</param>
public sealed class InstalledSubjects(Installation installation)
{
    private static readonly bool[] EachCase = [false, true];

    private readonly SubjectKeyStore _store = installation.Get<SubjectKeyStore>();

    /// <summary>What the keys know of a subject, one entry for each row.</summary>
    /// <param name="name">Who, as events say it.</param>
    /// <param name="key">One secret, or its name; null for all that sources name.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="OperationException">Which keys there are cannot be said.</exception>
    /// <exception cref="SecretException">A key cannot be read.</exception>
    public async Task<IReadOnlyList<InstalledSubject>> ShowAsync(string name, string? key, CancellationToken cancellationToken)
    {
        var found = new List<InstalledSubject>();
        foreach (var (id, secret, ignoresCase) in await IdsAsync(name, key, cancellationToken))
        {
            if (await _store.FindAsync(id, secret, cancellationToken) is { } row)
            {
                found.Add(new InstalledSubject(id.Secret, ignoresCase, row.Key.IsDestroyed ? null : row.Key.Tag, row.MadeAt, row.ForgottenAt));
            }
        }

        return found;
    }

    /// <summary>Destroys a subject's data keys. None is made for him again.</summary>
    /// <returns>How many there were.</returns>
    /// <inheritdoc cref="ShowAsync"/>
    public async Task<int> ForgetAsync(string name, string? key, CancellationToken cancellationToken)
    {
        var destroyed = 0;
        foreach (var (id, secret, _) in await IdsAsync(name, key, cancellationToken))
        {
            destroyed += await _store.ForgetAsync(id, secret, cancellationToken) ? 1 : 0;
        }

        return destroyed;
    }

    /// <summary>The secrets that wrap data keys, with their values.</summary>
    /// <inheritdoc cref="ShowAsync"/>
    internal async Task<IReadOnlyList<(SecretName Name, byte[] Value)>> KeysAsync(string? key, CancellationToken cancellationToken)
    {
        var names = key is null ? await NamedAsync(cancellationToken)
            : SecretName.TryParse(key, out var name) || SecretName.TryParse(SecretName.Prefix + key, out name) ? [name]
            : throw new OperationException($"'{key}' is no name of a secret; allowed: letters, digits and '-'.");
        var keys = new List<(SecretName, byte[])>();
        foreach (var one in names)
        {
            var value = Encoding.UTF8.GetBytes((await installation.Get<ISecretStore>().GetAsync(one, SecretRead.Cached, cancellationToken)).Reveal());

            // With another value he would seem to have no key.
            await _store.CheckAsync(one, value, keep: false, cancellationToken);
            keys.Add((one, value));
        }

        return keys;
    }

    private async Task<IEnumerable<(SubjectId Id, byte[] Secret, bool IgnoresCase)>> IdsAsync(string name, string? key, CancellationToken cancellationToken) =>
        from one in await KeysAsync(key, cancellationToken)
        from ignoresCase in EachCase
        select (SubjectId.Of(one.Name, one.Value, name, ignoresCase), one.Value, ignoresCase);

    // A row that cannot be read may name a key too: nobody must think that somebody was forgotten who was not.
    private async Task<IReadOnlyList<SecretName>> NamedAsync(CancellationToken cancellationToken)
    {
        var rows = await installation.SourcesAsync(cancellationToken);
        if (rows.Values.FirstOrDefault(row => row.Definition is null) is { } broken)
        {
            throw new OperationException($"Source '{broken.Row.Name}' is wrong, so which keys it uses is not known: correct it, or name each key with --key.");
        }

        SecretName[] names = [.. rows.Values.SelectMany(row => row.Definition!.SubjectSecrets).Distinct().OrderBy(one => one.Value, StringComparer.Ordinal)];
        return names.Length > 0 ? names : throw new OperationException("No source encrypts by subject; name the key of a former one with --key.");
    }
}
