using Microsoft.Extensions.Options;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>Checks what the annotations of <see cref="FetchingOptions"/> cannot say.</summary>
public sealed class FetchingOptionsRules : IValidateOptions<FetchingOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, FetchingOptions options)
    {
        try
        {
            Http.Network.PrivateHosts.Parse(options.PrivateHosts);
            return ValidateOptionsResult.Success;
        }
        catch (FormatException exception)
        {
            return ValidateOptionsResult.Fail($"The setting Fetching__PrivateHosts cannot be read: {exception.Message}");
        }
    }
}
