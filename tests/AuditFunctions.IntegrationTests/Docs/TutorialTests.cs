using System.Text.RegularExpressions;

namespace AuditFunctions.Tests.Docs;

/// <summary>The tutorial is run as a reader runs it: its commands in a shell, its words typed into a real <c>auditfn demo --keep</c>.</summary>
public sealed class TutorialTests
{
    // What a reader waits for after the last block of each step.
    private static readonly Dictionary<string, string> Awaited = new(StringComparer.Ordinal)
    {
        ["auditfn validate new-source.yaml"] = "",
        ["auditfn sources test new-source.yaml"] = "Nothing was shipped or written",
        ["auditfn apply new-source.yaml"] = @"okta-new\s+ok\b",
        ["break okta-new"] = @"okta-new\s+failing since\b",
        ["auditfn doctor --source okta-new"] = "answered 503",
        ["mend okta-new"] = @"okta-new\s+ok\b",
        ["reject"] = @"dead letters\s+[1-9]",
        ["auditfn dead-letters list"] = "Invalid data format",
        ["auditfn dead-letters retry"] = @"dead letters\s+0\b",
        ["auditfn templates test acme-audit.contract.yaml"] = "2 events at data, id id, time time, next page next_cursor",
        ["auditfn apply own-source.yaml"] = @"acme-new\s+ok\b",
        ["auditfn templates test recorded.contract.yaml --template acme-audit.yaml"] = "recorded.contract.yaml: 2 requests",
    };

    private static CancellationToken Patience => new CancellationTokenSource(TimeSpan.FromMinutes(9)).Token;

    [Fact]
    public async Task Its_commands_work_in_their_order_and_show_what_it_says()
    {
        var patience = Patience;
        var blocks = DocsPage.Read("docs/tutorial.md").CodeBlocks().ToArray();
        var start = ShellLine.Of("docs/tutorial.md", blocks[0].Lines).Single().Words;
        var met = new List<string>();
        string folder;
        await using (var demo = await KeptDemo.StartAsync(start[(Array.IndexOf(start, "--") + 1)..], patience))
        {
            folder = demo.Folder;
            foreach (var (block, file) in blocks.Where(block => block.Language == "yaml").Zip(["new-source.yaml", "own-source.yaml"]))
            {
                Assert.Equal(WithoutPort(block.Lines), WithoutPort((await File.ReadAllLinesAsync(Path.Combine(folder, file), patience)).Where(line => line.Length > 0)));
            }

            var typed = "";
            foreach (var (language, lines) in blocks[1..])
            {
                if (language == "demo")
                {
                    typed = lines.Single();
                    await demo.TypeAsync(typed, patience);
                }
                else if (language == "sh")
                {
                    // A block is awaited under what was typed before it, or under one of its own lines.
                    var key = Awaited.ContainsKey(typed) && lines is ["auditfn status"] ? typed : lines.FirstOrDefault(Awaited.ContainsKey) ?? "";
                    var expected = key.Length == 0 ? "" : Awaited[key];
                    met.Add(key);
                    await demo.RunUntilAsync(lines, expected, mustSucceed: !lines[^1].StartsWith("auditfn doctor", StringComparison.Ordinal), patience);
                    typed = "";
                }
            }

            Assert.Equal(Awaited.Keys.Order(StringComparer.Ordinal), met.Where(key => key.Length > 0).Order(StringComparer.Ordinal));
            var (code, error) = await demo.StopAsync(patience);
            Assert.True(code == 0, error);
            Assert.Contains("Stopped.", error, StringComparison.Ordinal);
        }

        Assert.False(Directory.Exists(folder), "the demo left its folder behind");
    }

    private static IEnumerable<string> WithoutPort(IEnumerable<string> lines) =>
        lines.Select(line => Regex.Replace(line, @":\d+/", ":port/", RegexOptions.None, TimeSpan.FromSeconds(1)));
}
