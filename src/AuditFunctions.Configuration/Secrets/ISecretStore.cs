namespace AuditFunctions.Configuration.Secrets;

/// <summary>Whether a remembered value will do.</summary>
public enum SecretRead
{
    /// <summary>A value read a while ago will do.</summary>
    Cached,

    /// <summary>The value was just refused: read it again, unless that happened a moment ago.</summary>
    Fresh,
}

/// <summary>Where secrets come from. Thread safe.</summary>
public interface ISecretStore
{
    /// <summary>A refused value is not read more often than this, so that a broken source does not hammer the vault.</summary>
    static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(10);

    /// <summary>A secret's value.</summary>
    /// <exception cref="SecretException">There is no such secret, or it could not be read.</exception>
    ValueTask<SecretText> GetAsync(SecretName name, SecretRead read, CancellationToken cancellationToken);
}

/// <summary>A secret that is missing or could not be read. The message names the secret and never shows a value.</summary>
public sealed class SecretException(string message, SecretFailure failure = SecretFailure.Other) : Exception(message)
{
    /// <summary>What is the matter.</summary>
    public SecretFailure Failure { get; } = failure;
}
