using AuditFunctions.Configuration.Secrets;
using Microsoft.Extensions.Options;

namespace AuditFunctions.Pipeline.Storage.Queues;

/// <summary>Settings of section <c>Messages</c>.</summary>
public sealed class MessageOptions
{
    /// <summary>The secret that holds the keys with which messages are signed, as <c>secret:name</c>; without it they are not signed.</summary>
    public string? Key { get; set; }

    /// <summary>Until when messages without a signature are taken although there is a key: those of before the upgrade. Default: not at all.</summary>
    public DateTimeOffset? UnsignedUntil { get; set; }

    /// <summary>The name of the secret.</summary>
    internal SecretName KeyName => SecretName.TryParse(Key ?? "", out var name) ? name : throw new InvalidOperationException("There is no key.");
}

/// <summary>Checks <see cref="MessageOptions"/>.</summary>
public sealed class MessageOptionsRules : IValidateOptions<MessageOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, MessageOptions options) =>
        options.Key is { } key && !SecretName.TryParse(key, out _)
            ? ValidateOptionsResult.Fail("The setting Messages__Key must name a secret, such as secret:message-key; the key itself stands in the vault.")
            : ValidateOptionsResult.Success;
}
