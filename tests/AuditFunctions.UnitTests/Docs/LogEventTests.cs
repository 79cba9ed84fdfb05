using System.Globalization;
using System.Reflection;
using AuditFunctions.Tests.Support;
using Microsoft.Extensions.Logging;

namespace AuditFunctions.Tests.Docs;

/// <summary>Alerts hang on event ids: each is unique, in its folder's thousand, and docs/events.md says what to do.</summary>
public sealed class LogEventTests
{
    // The last part of a namespace below the project's: the folder.
    private static readonly Dictionary<string, int> Thousands = new(StringComparer.Ordinal)
    {
        ["AuditFunctions.Pipeline.Scheduling"] = 1000,
        ["AuditFunctions.Pipeline.Health"] = 1000,
        ["AuditFunctions.Pipeline.Fetching"] = 2000,
        ["AuditFunctions.Pipeline.Shipping"] = 3000,
        ["AuditFunctions.Pipeline.Storage"] = 4000,
        ["AuditFunctions.Hosting"] = 5000,
        ["AuditFunctions.SelfHosting"] = 5000,
        ["AuditFunctions.Cli"] = 5000,
        ["AuditFunctions"] = 5000,
    };

    [Fact]
    public void Ids_are_unique()
    {
        var twice = Messages().GroupBy(message => message.Id).Where(group => group.Count() > 1);
        Assert.Empty(twice.Select(group => $"{group.Key}: {string.Join(", ", group.Select(message => message.Method.Name))}"));
    }

    [Fact]
    public void Ids_lie_in_the_thousand_of_their_folder() =>
        Assert.Empty(Messages()
            .Where(message => message.Id / 1000 * 1000 != ThousandOf(message.Method))
            .Select(message => $"{message.Method.DeclaringType}.{message.Method.Name} has {message.Id}, allowed: {ThousandOf(message.Method)} and the 999 after it"));

    [Fact]
    public void Every_id_is_documented_with_its_level_and_nothing_else_is()
    {
        var documented = DocsPage.Read("docs/events.md").Rows()
            .Where(cells => int.TryParse(cells[0], CultureInfo.InvariantCulture, out _))
            .Select(cells => $"{cells[0]} {cells[1]}")
            .ToArray();
        var logged = Messages().Select(message => $"{message.Id} {message.Level}");
        Assert.NotEmpty(documented);
        Assert.Equal(logged.Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_documented_id_says_what_it_means_and_what_to_do() =>
        Assert.All(
            DocsPage.Read("docs/events.md").Rows().Where(cells => int.TryParse(cells[0], CultureInfo.InvariantCulture, out _)),
            cells =>
            {
                Assert.Equal(4, cells.Length);
                Assert.NotEmpty(cells[2]);
                Assert.NotEmpty(cells[3]);
            });

    private static List<(MethodInfo Method, int Id, LogLevel Level)> Messages()
    {
        const BindingFlags Any = BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        var found = Product.Assemblies
            .SelectMany(assembly => assembly.GetTypes())
            .SelectMany(type => type.GetMethods(Any))
            .SelectMany(method => method.GetCustomAttributes<LoggerMessageAttribute>().Select(message => (method, message.EventId, message.Level)))
            .ToList();
        Assert.NotEmpty(found);
        return found;
    }

    private static int ThousandOf(MethodInfo method)
    {
        var place = method.DeclaringType!.Namespace!;
        var folder = Thousands.Keys
            .Where(known => place == known || place.StartsWith(known + ".", StringComparison.Ordinal))
            .MaxBy(known => known.Length);
        return folder is null ? 0 : Thousands[folder];
    }
}
