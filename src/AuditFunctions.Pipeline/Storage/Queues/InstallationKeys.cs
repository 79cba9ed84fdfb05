using System.Text;
using AuditFunctions.Configuration.Secrets;
using Microsoft.Extensions.Options;

namespace AuditFunctions.Pipeline.Storage.Queues;

/// <summary>
/// The keys of this installation, from the secret of setting <c>Messages__Key</c>: several with blanks between them, of which the first one is used for what
/// is new and each for what is there. So a key is changed without a gap. Thread safe.
/// </summary>
public sealed class InstallationKeys(IOptions<MessageOptions> options, ISecretStore secrets)
{
    private const int LeastKey = 32;

    /// <summary>Whether there are any.</summary>
    public bool Exist => options.Value.Key is not null;

    /// <summary>Reads them.</summary>
    /// <exception cref="SecretException">They cannot be read, or are none.</exception>
    public async ValueTask<IReadOnlyList<byte[]>> ReadAsync(SecretRead read, CancellationToken cancellationToken)
    {
        var name = options.Value.KeyName;
        var keys = (await secrets.GetAsync(name, read, cancellationToken)).Reveal().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return keys.Length > 0 && keys.All(key => key.Length >= LeastKey)
            ? [.. keys.Select(Encoding.UTF8.GetBytes)]
            : throw new SecretException($"The {name} of setting Messages__Key must hold keys of at least {LeastKey} characters, with blanks between them; make one with 'openssl rand -hex 32'.");
    }
}
