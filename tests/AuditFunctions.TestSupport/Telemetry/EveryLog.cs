using System.Reflection;
using System.Text.RegularExpressions;
using AuditFunctions.Tests.Support;
using Microsoft.Extensions.Logging;

namespace AuditFunctions.Tests.Telemetry;

/// <summary>Every log message that the function app can write.</summary>
internal static partial class EveryLog
{
    /// <summary>By id.</summary>
    public static IReadOnlyDictionary<int, LogMessage> Messages { get; } = Product.FunctionApp
        .SelectMany(assembly => assembly.GetTypes())
        .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
        .Select(method => (Method: method, Message: method.GetCustomAttribute<LoggerMessageAttribute>()))
        .Where(found => found.Message is not null)
        .ToDictionary(found => found.Message!.EventId, found => new LogMessage(
            found.Message!.Level,
            [.. Value().Matches(found.Message.Message ?? "").Select(match => match.Groups["name"].Value)],
            found.Method.GetParameters().Any(parameter => typeof(Exception).IsAssignableFrom(parameter.ParameterType))));

    [GeneratedRegex(@"\{(?<name>\w+)[^}]*\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Value();

    /// <summary>One of them.</summary>
    /// <param name="Level">Its level.</param>
    /// <param name="Values">The names of its values.</param>
    /// <param name="HasException">Whether it carries an exception: then Application Insights keeps it with exceptions and not with traces.</param>
    internal sealed record LogMessage(LogLevel Level, string[] Values, bool HasException);
}
