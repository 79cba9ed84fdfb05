using Microsoft.Extensions.Options;

namespace AuditFunctions.Hosting;

/// <summary>Says what is wrong in the words of the settings, <c>Fetching__MaxPages</c>, and not of the class that holds them.</summary>
/// <param name="section">The section.</param>
/// <param name="rules">The checks.</param>
internal sealed class NamedSettings<TOptions>(string section, IValidateOptions<TOptions> rules) : IValidateOptions<TOptions>
    where TOptions : class
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, TOptions options)
    {
        var result = rules.Validate(name, options);
        return result.Failed ? ValidateOptionsResult.Fail(result.Failures.Select(Named)) : result;
    }

    // The checks write "MaxPages: The field FetchingOptions.MaxPages must be ...".
    private string Named(string failure)
    {
        var member = failure.Split(':', 2)[0];
        return failure.Replace($"{member}: The field {typeof(TOptions).Name}.{member} ", $"The setting {section}__{member} ", StringComparison.Ordinal);
    }
}
