namespace AuditFunctions.Tests.Architecture;

/// <summary>The borders that DESIGN draws between projects and namespaces. Lists of exceptions may only shrink: one that is not needed any more fails too.</summary>
public sealed class ProjectBorderTests
{
    private const int MaxParameters = 7;
    private const int MaxLines = 300;

    private static readonly Dictionary<string, string> Projects = new(StringComparer.Ordinal)
    {
        ["AuditFunctions.Events"] = "",
        ["AuditFunctions.Configuration"] = "",
        ["AuditFunctions.Http"] = "Configuration",
        ["AuditFunctions.Sources"] = "Configuration, Events, Http",
        ["AuditFunctions.Destinations"] = "Configuration, Events, Http",
        ["AuditFunctions.Pipeline"] = "Configuration, Destinations, Events, Http, Sources",
        ["AuditFunctions.Hosting"] = "Pipeline",
        ["AuditFunctions.Operations"] = "Hosting, Sandbox",
        ["AuditFunctions.SelfHosting"] = "Hosting",
        ["AuditFunctions"] = "Hosting",
        ["AuditFunctions.Cli"] = "Operations, Sandbox, SelfHosting",
        ["AuditFunctions.Sandbox"] = "",
    };

    // Constructors and files that are too long, as they are today.
    private static readonly Dictionary<string, int> LongConstructors = new(StringComparer.Ordinal)
    {
    };

    private static readonly Dictionary<string, int> LongFiles = new(StringComparer.Ordinal)
    {
    };

    private static readonly IReadOnlyList<BuiltType> Types = [.. Projects.Keys.Where(project => project != "AuditFunctions.Sandbox").SelectMany(project => BuiltType.Of(SourceTree.AssemblyOf(project)))];

    [Fact]
    public void Projects_refer_to_each_other_as_designed() =>
        Assert.Equal(Lines(Projects), Lines(SourceTree.References));

    [Fact]
    public void Storage_clients_are_named_under_pipeline_storage_only()
    {
        // Or the scanner sees nothing.
        Assert.Contains(Types, type => IsStorage(type.Namespace) && NamesStorageClient(type));
        Assert.Empty(Types.Where(type => !IsStorage(type.Namespace) && NamesStorageClient(type)).Select(type => type.Name));
    }

    [Fact]
    public void Fetching_names_nothing_of_shipping()
    {
        BuiltType[] fetching = [.. Types.Where(type => IsUnder(type.Namespace, "AuditFunctions.Pipeline.Fetching"))];
        Assert.Contains(fetching, type => type.Uses.Any(used => used.Name.StartsWith("AuditFunctions.Pipeline.Storage.", StringComparison.Ordinal)));
        Assert.Empty(fetching.Where(type => type.Uses.Any(used => used.Name.StartsWith("AuditFunctions.Pipeline.Shipping.", StringComparison.Ordinal))).Select(type => type.Name));
    }

    [Fact]
    public void Front_ends_stay_out_of_operations()
    {
        BuiltType[] operations = [.. Types.Where(type => type.Assembly == "AuditFunctions.Operations")];
        Assert.NotEmpty(operations);
        Assert.Empty(operations.Where(type => type.Uses.Any(used => used.Assembly is "System.Console" or "Spectre.Console" or "System.CommandLine")).Select(type => type.Name));
    }

    [Fact]
    public void Constructors_take_seven_parameters_at_most() =>
        AssertShrinks(LongConstructors, MaxParameters, Types.ToDictionary(type => $"{type.Assembly}: {type.Name}", type => type.ConstructorParameters, StringComparer.Ordinal));

    [Fact]
    public void Types_with_their_partials_have_300_lines_at_most()
    {
        Assert.Contains("AuditFunctions.Pipeline/Fetching/FetchHandler", SourceTree.Lines.Keys);
        AssertShrinks(LongFiles, MaxLines, SourceTree.Lines);
    }

    private static bool IsStorage(string space) => IsUnder(space, "AuditFunctions.Pipeline.Storage");

    private static bool IsUnder(string space, string root) => space == root || space.StartsWith(root + ".", StringComparison.Ordinal);

    private static bool NamesStorageClient(BuiltType type) =>
        type.Uses.Any(used => used.Assembly == "Azure.Data.Tables" || used.Assembly.StartsWith("Azure.Storage.", StringComparison.Ordinal));

    private static string Lines(IEnumerable<KeyValuePair<string, string>> projects) =>
        string.Join('\n', projects.OrderBy(project => project.Key, StringComparer.Ordinal).Select(project => $"{project.Key}: {project.Value}"));

    // What is listed may not grow, what is not listed may not exceed the limit, and what has shrunk below it leaves the list.
    private static void AssertShrinks(Dictionary<string, int> listed, int limit, IReadOnlyDictionary<string, int> found)
    {
        var wrong = found.Where(one => one.Value > listed.GetValueOrDefault(one.Key, limit)).Select(one => $"{one.Key} has {one.Value}, allowed: {listed.GetValueOrDefault(one.Key, limit)}")
            .Concat(listed.Keys.Where(name => found.GetValueOrDefault(name) <= limit).Select(name => $"{name} keeps to {limit} now: take it off the list"));
        Assert.Equal("", string.Join('\n', wrong.Order(StringComparer.Ordinal)));
    }
}
