using System.Globalization;
using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;

namespace AuditFunctions.Destinations;

/// <summary>Short forms for declaring and reading a destination's columns.</summary>
internal static class DestinationColumn
{
    public static RowParameter Url(string example, string description = "Address to send to.") =>
        new("url", description, ParameterType.Url, Secret: false, Required: true, null, [], example);

    public static RowParameter OptionalUrl(string example, string description) => Url(example, description) with { Required = false };

    public static RowParameter Text(string name, string description, string? fallback = null, string? example = null) =>
        new(name, description, ParameterType.Text, Secret: false, Required: false, fallback, [], example);

    public static RowParameter Required(string name, string description, string example) =>
        new(name, description, ParameterType.Text, Secret: false, Required: true, null, [], example);

    public static RowParameter Secret(string name, string description, bool required = false) =>
        new(name, description, ParameterType.Text, Secret: true, required, null, [], "secret:" + name);

    public static RowParameter Choice(string name, string description, params string[] allowed) =>
        new(name, description, ParameterType.Text, Secret: false, Required: false, allowed[0], allowed, null);

    public static RowParameter Flag(string name, string description, bool fallback) =>
        new(name, description, ParameterType.Boolean, Secret: false, Required: false, fallback ? "true" : "false", [], null);

    public static RowParameter Number(string name, string description, int fallback) =>
        new(name, description, ParameterType.Integer, Secret: false, Required: false, fallback.ToString(CultureInfo.InvariantCulture), [], null);

    public static RowParameter Duration(string name, string description, string fallback) =>
        new(name, description, ParameterType.Duration, Secret: false, Required: false, fallback, [], null);

    public static Uri UrlOf(this BoundParameters columns) => new(columns["url"]!);

    public static bool IsTrue(this BoundParameters columns, string name) => bool.Parse(columns[name]!);

    public static int Number(this BoundParameters columns, string name, int min, int max, Problems problems)
    {
        var number = int.Parse(columns[name]!, CultureInfo.InvariantCulture);
        if (number < min || number > max)
        {
            problems.Add(name, $"is {number}; allowed: {min} to {max}.");
        }

        return number;
    }
}
