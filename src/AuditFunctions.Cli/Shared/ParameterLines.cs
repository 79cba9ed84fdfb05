using AuditFunctions.Cli.Output;
using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;

namespace AuditFunctions.Cli.Shared;

/// <summary>Parameters of a template, or columns of a destination, in words.</summary>
internal static class ParameterLines
{
    /// <summary>Their names; the required ones first, the others in brackets.</summary>
    public static string InShort(IReadOnlyList<RowParameter> parameters) =>
        string.Join(", ", parameters.Where(IsNeeded).Select(parameter => parameter.Name).Concat(parameters.Where(parameter => !IsNeeded(parameter)).Select(parameter => $"[{parameter.Name}]")));

    /// <summary>Explains each.</summary>
    public static void Print(Printer printer, IReadOnlyList<RowParameter> parameters)
    {
        foreach (var parameter in parameters)
        {
            string?[] facts =
            [
                IsNeeded(parameter) ? "required" : null,
                parameter.Secret ? "secret, as secret:name" : parameter.Type.ToString().ToLowerInvariant(),
                parameter.Allowed.Count > 0 ? $"one of {string.Join(", ", parameter.Allowed)}" : null,
                parameter.Default is { } fallback ? $"default {fallback}" : null,
            ];
            printer.Line();
            printer.Line($"  {parameter.Name} ({string.Join("; ", facts.Where(fact => fact is not null))})");
            printer.Line($"      {parameter.Description}");
            if (parameter.Example is { } example && !parameter.Secret)
            {
                printer.Line($"      Example: {example}");
            }
        }
    }

    /// <summary>Writes them as the columns of a row to start from; those that may be left out as comments.</summary>
    public static void PrintRow(Printer printer, IReadOnlyList<RowParameter> parameters, string name, IReadOnlyList<string> usual)
    {
        bool IsShown(RowParameter parameter) => IsNeeded(parameter) || usual.Contains(parameter.Name);
        foreach (var parameter in parameters.OrderByDescending(IsShown))
        {
            printer.Line($"    {(IsShown(parameter) ? "" : "# ")}{parameter.Name}: {Scalar(SampleValue.Of(parameter, name))}");
        }
    }

    private static bool IsNeeded(RowParameter parameter) => parameter.Required && parameter.Default is null;

    // YAML reads letters, digits and these without quotes; a colon only where no blank follows.
    private static string Scalar(string value) =>
        char.IsAsciiLetterOrDigit(value[0]) && value[^1] != ':' && !value.Contains(": ", StringComparison.Ordinal)
            && value.All(c => char.IsAsciiLetterOrDigit(c) || c is ' ' or '.' or '-' or '_' or '/' or ':' or '+' or '@' or '=' or '?')
            ? value
            : SettingJson.Quote(value);
}
