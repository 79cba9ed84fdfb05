namespace AuditFunctions.Configuration.Secrets;

/// <summary>The name of a secret, as rows refer to it: <c>secret:okta-prod</c>. The name is no secret.</summary>
/// <param name="Value">1 to 127 letters, digits and '-', the rule of Key Vault.</param>
public readonly record struct SecretName(string Value)
{
    /// <summary>What stands before the name in a row.</summary>
    public const string Prefix = "secret:";

    /// <summary>Reads a reference.</summary>
    public static bool TryParse(string text, out SecretName name)
    {
        text = text.Trim();
        var value = text.StartsWith(Prefix, StringComparison.Ordinal) ? text[Prefix.Length..] : "";
        name = new SecretName(value);
        return value.Length is > 0 and <= 127 && value.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');
    }

    /// <inheritdoc/>
    public override string ToString() => Prefix + Value;
}
