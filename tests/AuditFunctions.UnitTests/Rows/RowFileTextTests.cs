using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Rows;

/// <summary>What is written is what is read back.</summary>
public sealed class RowFileTextTests
{
    // Signs that mean something to YAML, JSON or a terminal, beside ordinary ones.
    private static readonly string[] Parts =
        ["a", "Z", "7", " ", "  ", "\n", "\n\n", "\t", "\r", ":", ": ", "#", " #", "-", "- ", "'", "\"", "\\", "{", "}", "[", "]", ",", "&", "*", "!", "|", ">", "%", "@", "`", "~", "null", "true", "---", "...", "é", "😀", "\u0085", "\u2028", "\u0007", "<", "+", "="];

    [Fact]
    public void Any_text_comes_back_as_it_was() => Law.ForSeeds(2_000, random =>
    {
        var columns = TableRow.NewColumns();
        for (var count = random.Next(1, 4); count > 0; count--)
        {
            var text = string.Concat(random.GetItems(Parts, random.Next(1, 12)));
            columns[$"column{count}"] = string.IsNullOrWhiteSpace(text) ? "x" : text;
        }

        var written = RowFileText.Write([new TableRow("null", columns)], [new TableRow("7", columns)], []);

        var problems = new List<RowProblem>();
        var read = RowFile.Read(written, "rows.yaml", problems);
        Assert.Empty(problems);
        Assert.Equal(["null", "7"], read.Select(row => row.Row.Name));
        Assert.All(read, row => Assert.Equal(columns.OrderBy(column => column.Key), row.Row.Columns.OrderBy(column => column.Key)));
    });

    [Fact]
    public void What_people_write_stays_readable()
    {
        var columns = TableRow.NewColumns();
        (columns["template"], columns["token"], columns["since"], columns["filter"], columns["definition"]) =
            ("okta-system-log", "secret:okta-prod", "2026-01-01T00:00:00Z", "eventType sw \"user.\"", "timing:\n  lag: 1m\n\nprogress: window\n");
        Assert.Equal(
            """
            sources:
              - name: okta-prod
                definition: |
                  timing:
                    lag: 1m

                  progress: window
                filter: "eventType sw \"user.\""
                since: 2026-01-01T00:00:00Z
                template: okta-system-log
                token: secret:okta-prod
            destinations: []

            """,
            RowFileText.Write([new TableRow("okta-prod", columns)], [], []));
    }

    [Fact]
    public void Any_template_comes_back_as_it_was() => Law.ForSeeds(2_000, random =>
    {
        var template = new SettingMap(0, [new("name", new SettingText(0, "acme", Plain: true)), .. Map(random, 4).Entries]);

        var written = RowFileText.Write([], [], [template]);

        var problems = new List<RowProblem>();
        var read = Assert.Single(RowFile.Read(written, "rows.yaml", problems));
        Assert.Empty(problems);
        Assert.Equal(SettingJson.Write(template), read.Row[SourceColumns.Definition]);
    });

    private static SettingMap Map(Random random, int depth) => new(0,
        [.. Enumerable.Range(0, random.Next(4)).Select(number => new KeyValuePair<string, SettingNode>($"{Text(random)}{number}", Node(random, depth)))]);

    private static SettingNode Node(Random random, int depth) => random.Next(depth > 0 ? 4 : 2) switch
    {
        0 => new SettingText(0, Text(random), Plain: false),
        1 => new SettingText(0, random.GetItems<string>(["null", "true", "1", "-1.5", "5m", "a-b"], 1)[0], Plain: true),
        2 => new SettingList(0, [.. Enumerable.Range(0, random.Next(4)).Select(_ => Node(random, depth - 1))]),
        _ => Map(random, depth - 1),
    };

    private static string Text(Random random) => string.Concat(random.GetItems(Parts, random.Next(1, 6)));
}
