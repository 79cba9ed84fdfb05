using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AuditFunctions.Hosting;

/// <summary>Checks every setting at once, before anything is done with one.</summary>
public static partial class SettingsCheck
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

    private static IEnumerable<string> FailuresOf(Exception exception) =>
        exception is OptionsValidationException wrong ? wrong.Failures
        : Unreadable().Match(exception.Message) is { Success: true } unreadable
            ? [$"The setting {unreadable.Groups["setting"].Value} is '{unreadable.Groups["value"].Value}': write {Wanted(unreadable.Groups["type"].Value)}."]
        : [$"A setting is wrong: {exception.Message}"];

    private static string Wanted(string type) => type switch
    {
        "System.TimeSpan" => "a duration such as 00:05:00",
        "System.Boolean" => "true or false",
        "System.Int32" or "System.Int64" => "a whole number",
        "System.Double" => "a number",
        "System.Uri" => "an address such as https://acme.vault.azure.net",
        _ => "one of the values in docs/settings.md",
    };

    // The binder's message names the setting, and a type of .NET that says nothing to whoever wrote it.
    [GeneratedRegex("value '(?<value>.*)' at '(?<setting>[^']+)' to type '(?<type>[^']+)'", RegexOptions.ExplicitCapture | RegexOptions.Singleline, 1000)]
    private static partial Regex Unreadable();

    private static OptionsValidationException Failure(string[] failures) => new("settings", typeof(SettingsCheck), failures);
}
