using System.Reflection;
using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Sources.Reading;
using AuditFunctions.Sources.Templates;

namespace AuditFunctions.Tests.Expressible;

/// <summary>
/// Every stream that we know of, as a definition. Most read with what runs today; those in <c>later/</c> are refused, each for the parts that its
/// second line names.
/// </summary>
public sealed class ExpressibleTests
{
    private const string Folder = "Expressible/";
    private const string LaterFolder = Folder + "later/";
    private const string Heading = "# expresses: ";
    private const string WaitsFor = "# waits for: ";
    private static readonly Assembly Home = typeof(ExpressibleTests).Assembly;

    // Streams that nothing can pull, each with its reason.
    private static readonly Dictionary<string, string> NoPullApi = new()
    {
        ["notion-audit"] = "No public pull API is known: Notion pushes to SIEM partners and exports files by hand.",
    };

    // Maps whose keys are names of the vendor's or of our own choice.
    private static readonly HashSet<string> FreeMaps = ["query", "headers", "body", "fields", "claims", "parameters", "partitions", "add", "capture", "steps"];

    private static readonly string[] Names =
        [.. Home.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal) && name.EndsWith(".yaml", StringComparison.Ordinal))];

    private static readonly string[] LaterNames = [.. Names.Where(name => name.StartsWith(LaterFolder, StringComparison.Ordinal))];

    public static TheoryData<string> Files() => [.. Names.Except(LaterNames)];

    public static TheoryData<string> Later() => [.. LaterNames];

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
    public void A_stream_reads_without_problems(string file) => Assert.Empty(Check(Text(file)));

    /// <summary>When a part becomes real, its name goes from the files, and a file that waits for nothing moves up.</summary>
    [Theory]
    [MemberData(nameof(Later))]
    public void A_stream_that_cannot_run_is_refused_for_the_parts_that_it_waits_for(string file)
    {
        var waits = Text(file).Split('\n')[1];
        var refused = Check(Text(file)).Select(problem => problem.Where.Split(" (line ")[0]).Distinct().Order(StringComparer.Ordinal);
        var expected = WaitsFor + string.Join(", ", refused);
        Assert.True(waits.Length > WaitsFor.Length && waits == expected, $"{file} says '{waits}'; it is refused for '{expected}'.");
    }

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
            var found = Check(Yaml(tree));
            Assert.True(found.Any(problem => problem.ToString().Contains(key + "X", StringComparison.Ordinal)), $"'{key}X' was accepted: {string.Join(' ', found)}");
        }
    }

    [Theory]
    [InlineData("session: [{ name: a, request: { path: /a } }]", "session (line 3): is not known here; allowed: auth, baseUrl, *")]
    [InlineData("request: { url: 'https://b.example' }", "request.url (line 3): is not known here; allowed: body, bodyFormat, *")]
    [InlineData("request: { path: '/{session.none}' }", "request.path: uses the unknown placeholder '{session.none}'; allowed: consumer, cursor, *")]
    [InlineData("auth: { scheme: kerberos, key: k }", "auth.scheme (line 3): is 'kerberos'; allowed: none, bearer, *")]
    [InlineData("paging: { kind: stream }", "paging.kind (line 3): is 'stream'; allowed: none, link-header, *")]
    [InlineData("paging: { stop: known-page }", "paging.stop (line 3): allowed: empty-page, short-page, *")]
    [InlineData("events: { format: yaml }", "events.format (line 3): is 'yaml'; allowed: json, json-lines, csv, xml, lines, script.")]
    public void A_part_that_cannot_run_cannot_be_written(string part, string expected)
    {
        var problem = Check($"baseUrl: https://a.example\ntime: at\n{part}")[0].ToString();
        Assert.True(expected.EndsWith('*') ? problem.StartsWith(expected[..^1], StringComparison.Ordinal) : problem == expected, problem);
    }

    private static IReadOnlyList<Problem> Check(string yaml)
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

        var definition = new DefinitionReader(new TemplateCatalog()).Read(new TableRow("acme", columns), problems);
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
