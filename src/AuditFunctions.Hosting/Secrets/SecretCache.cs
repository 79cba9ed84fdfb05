using System.Collections.Concurrent;
using AuditFunctions.Configuration.Secrets;
using Microsoft.Extensions.Options;

namespace AuditFunctions.Hosting.Secrets;

/// <summary>Reads secrets from where they are kept.</summary>
public interface ISecretReader
{
    /// <summary>Reads a value now.</summary>
    /// <exception cref="SecretException">There is no such secret, or it could not be read.</exception>
    Task<SecretText> ReadAsync(SecretName name, CancellationToken cancellationToken);
}

/// <summary>Remembers secrets for a time, and reads one again when it was refused: a rotated secret is picked up without a restart.</summary>
public sealed class SecretCache(ISecretReader reader, IOptions<SecretOptions> options, TimeProvider time) : ISecretStore
{
    private readonly ConcurrentDictionary<SecretName, (SecretText Text, DateTimeOffset ReadAt)> _known = new();

    /// <inheritdoc/>
    public async ValueTask<SecretText> GetAsync(SecretName name, SecretRead read, CancellationToken cancellationToken)
    {
        var goodFor = read == SecretRead.Fresh ? ISecretStore.FreshFor : options.Value.CacheDuration;

        // A clock may have been put back since: what was read in its future is not fresh until then.
        if (_known.TryGetValue(name, out var known) && (time.GetUtcNow() - known.ReadAt).Duration() < goodFor)
        {
            return known.Text;
        }

        // A line break at the end comes with many ways of storing a secret, and belongs to none.
        var stored = await reader.ReadAsync(name, cancellationToken);
        var text = new SecretText(stored.Reveal().Trim()) { Hosts = stored.Hosts ?? (options.Value.RequireHosts ? SecretHosts.None : null) };
        _known[name] = (text, time.GetUtcNow());
        return text;
    }
}
