using AuditFunctions.Configuration;

namespace AuditFunctions.Tests.Definitions;

public sealed class SettingTests
{
    [Theory]
    [InlineData("", "f: is empty.")]
    [InlineData("# only a comment", "f: is empty.")]
    [InlineData("a: 1\nb: 2\na: 3", "f line 3: is not valid YAML: the key 'a' stands twice.")]
    [InlineData("""{"a":1,"a":2}""", "f line 1: is not valid YAML: the key 'a' stands twice.")]
    [InlineData("a: &x 1", "f line 1: is not valid YAML: anchors and tags are not used here.")]
    [InlineData("&x a: 1", "f line 1: is not valid YAML: anchors and tags are not used here.")]
    [InlineData("!t a: 1", "f line 1: is not valid YAML: anchors and tags are not used here.")]
    [InlineData("a: !!str 1", "f line 1: is not valid YAML: anchors and tags are not used here.")]
    [InlineData("a: *x", "f line 1: is not valid YAML: aliases are not used here.")]
    [InlineData("a: 1\n---\nb: 2", "f: holds more than one document; write one.")]
    [InlineData("a: [1", "f line 2: is not valid YAML: *")]
    [InlineData("a: b: c", "f line 1: is not valid YAML: *")]
    [InlineData("[a]: 1", "f line 1: is not valid YAML: *")]
    [InlineData("a: \"\\q\"", "f line 1: is not valid YAML: *")]
    public void YAML_that_could_be_misread_is_refused_with_its_line(string yaml, string expected)
    {
        var problems = new Problems();
        Assert.Null(SettingYaml.Read(yaml, "f", problems));
        var problem = Assert.Single(problems.Found).ToString();
        Assert.True(expected.EndsWith('*') ? problem.StartsWith(expected[..^1], StringComparison.Ordinal) : problem == expected, problem);
    }

    [Theory]
    [InlineData(SettingYaml.MaxDepth, true)]
    [InlineData(SettingYaml.MaxDepth + 1, false)]
    [InlineData(100_000, false)]
    public void Nesting_is_limited(int depth, bool allowed)
    {
        var problems = new Problems();
        var root = SettingYaml.Read(new string('[', depth) + new string(']', depth), "f", problems);
        Assert.Equal((allowed, allowed), (root is not null, problems.None));
    }

    [Fact]
    public void An_error_never_repeats_the_value_that_stands_there()
    {
        var problems = new Problems();
        SettingYaml.Read("token: \"s3cret\n", "f", problems);
        SettingYaml.Read("token: s3cret: x", "f", problems);
        SettingYaml.Read("token: @s3cret", "f", problems);
        SettingYaml.Read("token: *s3cret", "f", problems);
        Assert.Equal(4, problems.Found.Count);
        Assert.DoesNotContain("s3cret", string.Join('|', problems.Found), StringComparison.Ordinal);
    }

    [Fact]
    public void Any_text_is_read_or_refused_and_never_throws()
    {
        const int Seed = 20260101;
        const string Characters = "ab:-[]{},&*!|>'\"%@`#?~\\ \n\t\0\ud800é0x<";
        var random = new Random(Seed);
        var refused = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(24)).Select(_ => Characters[random.Next(Characters.Length)]));
            var problems = new Problems();
            var error = Record.Exception(() => SettingYaml.Read(text, "f", problems));
            Assert.True(error is null, $"seed {Seed}, round {round}: {error?.GetType().Name}");
            refused += problems.None ? 0 : 1;
        }

        Assert.InRange(refused, 1, 19_999);
    }

    [Fact]
    public void Quotes_tell_texts_from_numbers_and_lines_are_kept()
    {
        var map = Map("a: 100\nb: '100'\nc:\n  - null\n  - \"null\"");
        Assert.Equal([(1, "100", true), (2, "100", false)], new[] { "a", "b" }.Select(key => (SettingText)map[key]!).Select(text => (text.Line, text.Value, text.Plain)));
        Assert.Equal([true, false], ((SettingList)map["c"]!).Items.Select(item => ((SettingText)item).IsNull));
    }

    [Fact]
    public void A_reader_reports_every_wrong_value_at_once_with_what_is_allowed()
    {
        var problems = new Problems();
        var reader = new SettingReader(Map("a: 7\nb: 5y\nc: maybe\nd: blue\ne: [1]\nf: {x: 1}\ng: '{from}'\nh: '{'\ni: ''\ntypo: 1\nm: 1"), "p", problems);
        Assert.Null(reader.Integer("a", 1, 5));
        Assert.Null(reader.Duration("b", TimeSpan.Zero, TimeSpan.FromHours(1)));
        Assert.Null(reader.Flag("c"));
        Assert.Equal("red", reader.Choice("d", "red", "green"));
        Assert.Null(reader.Text("e"));
        Assert.Empty(reader.Texts("f"));
        Assert.Null(reader.Text("g"));
        Assert.Null(reader.Template("h"));
        Assert.Equal("", reader.Required("i"));
        Assert.Equal("", reader.Required("j"));
        Assert.Null(reader.Map("m"));
        reader.Finish();
        Assert.Equal(
            [
                "p.a (line 1): is '7'; allowed: a whole number from 1 to 5.",
                "p.b (line 2): is '5y'; allowed: a duration such as 30s, 5m, 1h30m or 7d, from 0s to 1h.",
                "p.c (line 3): is 'maybe'; allowed: true, false.",
                "p.d (line 4): is 'blue'; allowed: red, green.",
                "p.e (line 5): must be a text.",
                "p.f (line 6): must be a text or a list of texts.",
                "p.g (line 7): takes no placeholders here.",
                "p.h (line 8): the '{' at position 0 is never closed; write '{{' for a brace.",
                "p.i (line 9): is missing.",
                "p.j: is missing.",
                "p.m (line 11): must be a map of keys and values.",
                "p.typo (line 10): is not known here; allowed: a, b, c, d, e, f, g, h, i, j, m.",
            ],
            problems.Found.Select(problem => problem.ToString()));
    }

    [Theory]
    [InlineData("a: 1", "b: 2", "b=2 a=1")]                                     // both stay, the lower one first
    [InlineData("a: 1", "a: 2", "a=1")]                                         // the upper one counts
    [InlineData("a: {x: 1}", "a: {x: 0, y: 2}", "a.x=1 a.y=2")]                 // maps merge
    [InlineData("a: [1]", "a: [2, 3]", "a[0]=1")]                               // lists do not
    [InlineData("a: 1", "a: {x: 2}", "a=1")]
    [InlineData("a: {x: 1}", "a: 2", "a.x=1")]
    [InlineData("a: ~", "a: {x: 2}\nb: 1", "b=1")]                              // null removes
    [InlineData("a: {x: null}", "a: {x: 2, y: 3}", "a.y=3")]
    [InlineData("a: 'null'", "a: 2", "a=null")]                                 // a text in quotes is no null
    public void One_tree_lies_over_another(string over, string under, string expected) =>
        Assert.Equal(expected, string.Join(' ', Flat(SettingOverlay.Lay(Map(over), Map(under)), "")));

    [Theory]
    [InlineData("a: 1\nb: {c: [1, 2], d: {e: x}}")]
    [InlineData("{}")]
    public void Laying_nothing_over_or_under_changes_nothing(string yaml)
    {
        var map = Map(yaml);
        var empty = new SettingMap(0, []);
        Assert.Equal(Flat(map, ""), Flat(SettingOverlay.Lay(map, empty), ""));
        Assert.Equal(Flat(map, ""), Flat(SettingOverlay.Lay(empty, map), ""));
        Assert.Equal(Flat(map, ""), Flat(SettingOverlay.Lay(map, map), ""));
    }

    private static SettingMap Map(string yaml)
    {
        var problems = new Problems();
        var map = SettingYaml.Read(yaml, "f", problems) as SettingMap;
        Assert.Empty(problems.Found);
        return map!;
    }

    private static IEnumerable<string> Flat(SettingNode node, string path) => node switch
    {
        SettingMap map => map.Entries.SelectMany(entry => Flat(entry.Value, path.Length == 0 ? entry.Key : $"{path}.{entry.Key}")),
        SettingList list => list.Items.SelectMany((item, at) => Flat(item, $"{path}[{at}]")),
        SettingText text => [$"{path}={text.Value}"],
        _ => [],
    };
}
