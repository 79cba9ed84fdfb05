using AuditFunctions.Configuration.Secrets;

namespace AuditFunctions.Hosting.Secrets;

/// <summary>Reads the hosts of a secret from where it is kept.</summary>
internal static class SecretHostsText
{
    /// <summary>Reads them.</summary>
    /// <param name="name">The secret.</param>
    /// <param name="place">Where the text stands, for messages.</param>
    /// <param name="text">The text; null or empty where nobody said.</param>
    /// <exception cref="SecretException">It is no list of hosts. Then the secret goes nowhere.</exception>
    public static SecretHosts? Read(SecretName name, string place, string? text)
    {
        try
        {
            // Who wrote an empty list meant to bound it.
            return text is null ? null : SecretHosts.Parse(text) ?? SecretHosts.None;
        }
        catch (FormatException exception)
        {
            throw new SecretException($"The hosts of secret '{name}' in {place} cannot be read: {exception.Message}");
        }
    }
}
