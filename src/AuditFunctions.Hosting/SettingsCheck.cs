using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AuditFunctions.Hosting;

/// <summary>Checks every setting at once, before anything is done with one.</summary>
public static class SettingsCheck
{
    /// <summary>Checks.</summary>
    /// <exception cref="OptionsValidationException">Settings are missing, unknown or malformed; the failures name each.</exception>
    public static void Run(IServiceProvider services)
    {
        try
        {
            services.GetRequiredService<IStartupValidator>().Validate();
        }
        catch (AggregateException exception)
        {
            throw Failure([.. exception.Flatten().InnerExceptions.SelectMany(FailuresOf)]);
        }
        catch (InvalidOperationException exception)
        {
            throw Failure([.. FailuresOf(exception)]);
        }
    }

    // The binder's own message names an unknown or unreadable setting.
    private static IEnumerable<string> FailuresOf(Exception exception) =>
        exception is OptionsValidationException wrong ? wrong.Failures : [$"A setting is wrong: {exception.Message}"];

    private static OptionsValidationException Failure(string[] failures) => new("settings", typeof(SettingsCheck), failures);
}
