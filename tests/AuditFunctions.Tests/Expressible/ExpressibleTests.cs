using System.Reflection;
using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Templates;

namespace AuditFunctions.Tests.Expressible;

/// <summary>The schema can say every stream that we know of, also where this version cannot run it yet; what it does not know is refused.</summary>
public sealed class ExpressibleTests
{
    private const string Folder = "Expressible/";
    private const string Heading = "# expresses: ";
    private static readonly Assembly Home = typeof(ExpressibleTests).Assembly;

    // Streams that nothing can pull, each with its reason.
    private static readonly Dictionary<string, string> NoPullApi = new()
    {
        ["notion-audit"] = "No public pull API is known: Notion pushes to SIEM partners and exports files by hand.",
    };

    // Maps whose keys are names of the vendor's or of our own choice.
    private static readonly HashSet<string> FreeMaps = ["query", "headers", "body", "fields", "claims", "capture", "set", "rename", "parameters", "partitions"];

    private static readonly string[] Names =
        [.. Home.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal) && name.EndsWith(".yaml", StringComparison.Ordinal))];

    public static TheoryData<string> Files() => [.. Names];

    [Fact]
    public void Every_known_stream_is_expressed_by_one_file_or_has_no_pull_API()
    {
        var claimed = Names.SelectMany(name => Claims(Text(name))).ToArray();
        var known = Text(Folder + "streams.txt").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(84, known.Length);
        Assert.Equal(known.Order(), claimed.Concat(NoPullApi.Keys).Order());
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void A_stream_reads_without_problems_when_it_is_only_checked(string file) => Assert.Empty(Check(Text(file), checkOnly: true));

    [Theory]
    [MemberData(nameof(Files))]
    public void What_cannot_run_yet_says_so_and_nothing_else_is_wrong(string file) =>
        Assert.All(Check(Text(file), checkOnly: false), problem => Assert.Contains("can be written but not run by this version", problem.What, StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Files))]
    public void Each_key_that_is_mistyped_is_refused(string file)
    {
        var lines = Text(file);
        var problems = new Problems();
        var root = Assert.IsType<SettingMap>(SettingYaml.Read(lines, file, problems));
        var mistyped = Mistype(root).ToArray();
        Assert.True(mistyped.Length > 5, "Too few keys were tried.");
        foreach (var (key, tree) in mistyped)
        {
            var found = Check(Yaml(tree), checkOnly: true);
            Assert.True(found.Any(problem => problem.ToString().Contains(key + "X", StringComparison.Ordinal)), $"'{key}X' was accepted: {string.Join(' ', found)}");
        }
    }

    [Theory]
    [InlineData("session: [{ name: a }]", "session.request: is missing.")]
    [InlineData("session: [{ name: a, request: { url: 'http://a.example' } }]", "session.request.url (line 3): must be an https:// URL (http:// only to this machine itself, 127.0.0.1 or localhost).")]
    [InlineData("request: { path: '/{session.none}' }", "request: uses the unknown placeholder '{session.none}'; allowed: cursor, from, now, offset, page, pageSize, to and the row's secrets.")]
    [InlineData("partitions: { a: { values: [x], parameter: y } }", "partitions.a: must have one of values, parameter and request.")]
    [InlineData("processors: [{ redact: [a], remove: [b] }]", "processors: must have one of split, keep, drop, redact, hash, rename, set, remove, parse.")]
    [InlineData("processors: [{ drop: { path: a } }]", "processors.drop: must have one of is, in, startsWith, contains, exists.")]
    [InlineData("processors: [{ hash: [a] }]", "processors.key: is missing.")]
    [InlineData("expand: { path: 'a[' , request: { url: '{item.u}' } }", "expand.path (line 3): *")]
    [InlineData("auth: { scheme: jwt }", "auth.key: is missing.")]
    [InlineData("auth: { scheme: oauth2, grant: jwt-bearer, key: k }", "auth.tokenUrl: is missing.")]
    [InlineData("auth: { scheme: duo-signature, integrationKey: i }", "auth.secretKey: is missing.")]
    [InlineData("paging: { kind: partitions, path: a }", "paging.handle: is missing.")]
    [InlineData("pending: { status: 202 }", "pending.path: is missing.")]
    public void A_planned_part_is_checked_although_it_cannot_run(string part, string expected)
    {
        var problem = Assert.Single(Check($"baseUrl: https://a.example\ntime: at\n{part}", checkOnly: true)).ToString();
        Assert.True(expected.EndsWith('*') ? problem.StartsWith(expected[..^1], StringComparison.Ordinal) : problem == expected, problem);
    }

    [Theory]
    [InlineData("session")]
    [InlineData("partitions")]
    [InlineData("expand")]
    [InlineData("processors")]
    [InlineData("pending")]
    public void Some_stream_needs_each_planned_part(string part) =>
        Assert.Contains(Names, name => Text(name).Contains($"\n{part}:", StringComparison.Ordinal));

    private static IReadOnlyList<Problem> Check(string yaml, bool checkOnly)
    {
        var problems = new Problems();
        var columns = TableRow.NewColumns();
        columns["destination"] = "siem";
        columns["definition"] = yaml;
        if (SettingYaml.Read(yaml, "f", new Problems()) is SettingMap map)
        {
            foreach (var parameter in TemplateReader.Read(map, new Problems()).Parameters)
            {
                columns[parameter.Name] = parameter.Secret ? "secret:any" : parameter.Example ?? "any";
            }
        }

        var definition = new DefinitionReader(new TemplateCatalog()).Read(new TableRow("acme", columns), problems, checkOnly);
        Assert.Equal(definition is not null, problems.None);
        return problems.Found;
    }

    // Each key below the root, mistyped alone.
    private static IEnumerable<(string Key, SettingNode Tree)> Mistype(SettingNode node)
    {
        switch (node)
        {
            case SettingMap map:
                for (var at = 0; at < map.Entries.Count; at++)
                {
                    var (key, value) = map.Entries[at];
                    var index = at;
                    SettingMap With(string name, SettingNode changed) =>
                        map with { Entries = [.. map.Entries.Select((entry, i) => i == index ? KeyValuePair.Create(name, changed) : entry)] };
                    if (key is not ("parameters" or "baseUrl"))
                    {
                        yield return (key, With(key + "X", value));
                    }

                    foreach (var (inner, tree) in FreeMaps.Contains(key) ? [] : Mistype(value))
                    {
                        yield return (inner, With(key, tree));
                    }
                }

                break;
            case SettingList list:
                for (var at = 0; at < list.Items.Count; at++)
                {
                    foreach (var (inner, tree) in Mistype(list.Items[at]))
                    {
                        var index = at;
                        yield return (inner, list with { Items = [.. list.Items.Select((item, i) => i == index ? tree : item)] });
                    }
                }

                break;
        }
    }

    // JSON is YAML: quoted unless it was plain.
    private static string Yaml(SettingNode node) => node switch
    {
        SettingMap map => "{" + string.Join(", ", map.Entries.Select(entry => $"{Quote(entry.Key)}: {Yaml(entry.Value)}")) + "}",
        SettingList list => "[" + string.Join(", ", list.Items.Select(Yaml)) + "]",
        SettingText text => Quote(text.Value),
        _ => "",
    };

    private static string Quote(string text) => '"' + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + '"';

    private static string[] Claims(string text) => text.Split('\n')[0][Heading.Length..].Split(' ');

    private static string Text(string resource)
    {
        using var reader = new StreamReader(Home.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }
}
