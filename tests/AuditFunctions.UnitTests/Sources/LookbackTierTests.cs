using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Reading;
using AuditFunctions.Sources.Templates;

namespace AuditFunctions.Tests.Sources;

public sealed class LookbackTierTests
{
    private const string Three = "{ window: 3h, every: 15m }, { window: 3d, every: 6h }";

    [Theory]
    [InlineData("", "", "")]
    [InlineData(Three, "", "3h/15m 3d/6h")]
    [InlineData(Three, "none", "")]
    [InlineData(Three, "2h every 10m", "2h/10m")]
    [InlineData("", " 3h every 15m,3d  every 6h ", "3h/15m 3d/6h")]
    public void Row_wins_over_the_template(string template, string row, string expected)
    {
        var (tiers, problems) = Read(template, row, "");
        Assert.Empty(problems);
        Assert.Equal(expected, string.Join(' ', tiers!.Select(tier => $"{Durations.Write(tier.Window)}/{Durations.Write(tier.Every)}")));
    }

    [Theory]
    [InlineData("", "3h", "", "lookbackTiers: is '3h'; allowed: none, or tiers such as 3h every 15m, 3d every 6h, with durations from 1m to 30d.")]
    [InlineData("", "3h every 15m,", "", "lookbackTiers: is '3h every 15m,'; allowed: none, or tiers such as 3h every 15m, 3d every 6h, with durations from 1m to 30d.")]
    [InlineData("", "31d every 1d", "", "lookbackTiers: is '31d every 1d'; allowed: none, or tiers such as 3h every 15m, 3d every 6h, with durations from 1m to 30d.")]
    [InlineData("", "3h every 3h", "", "lookbackTiers: reads 3h every 3h; 'every' must be shorter than the window, or events between two readings are missed.")]
    [InlineData("", "3d every 6h, 3h every 15m", "", "lookbackTiers: must ascend: each tier reaches further back, and is read less often, than the one before it.")]
    [InlineData("", "3h every 15m, 3d every 15m", "", "lookbackTiers: must ascend: each tier reaches further back, and is read less often, than the one before it.")]
    [InlineData("", "1h every 1m, 2h every 2m, 3h every 3m, 4h every 4m, 5h every 5m", "", "lookbackTiers: has 5 tiers; allowed: at most 4.")]
    [InlineData("", "8d every 1d", "timing: { retention: 7d }", "lookbackTiers: reaches back 8d; the vendor keeps 7d only.")]
    [InlineData("", "3h every 15m", "progress: cursor", "lookbackTiers: needs progress: window; with progress: cursor the vendor lists late events after the cursor by itself.")]
    [InlineData("3h", "", "", "timing.lookbackTiers (line 3): must be a list such as [{ window: 3h, every: 15m }].")]
    [InlineData("{ window: 3h }", "", "", "timing.lookbackTiers.every: is missing.")]
    [InlineData("{ window: 3h, every: 1s }", "", "", "timing.lookbackTiers.every (line 3): is '1s'; allowed: a duration such as 30s, 5m, 1h30m or 7d, from 1m to 30d.")]
    [InlineData("{ window: 3h, every: 15m, back: 1h }", "", "", "timing.lookbackTiers.back (line 3): is not known here; allowed: every, window.")]
    public void Wrong_tiers_are_refused_with_what_is_allowed(string template, string row, string more, string expected) =>
        Assert.Equal([expected], Read(template, row, more).Problems);

    private static (IReadOnlyList<LookbackTier>? Tiers, string[] Problems) Read(string template, string tiers, string more)
    {
        var problems = new Problems();
        var row = TableRow.NewColumns();
        var timing = template.Length > 0 ? $"timing: {{ lookbackTiers: [{template}] }}" : "";
        row["definition"] = $"baseUrl: https://a.example\ntime: at\n{timing}\n{more}";
        row["destination"] = "siem";
        if (tiers.Length > 0)
        {
            row["lookbackTiers"] = tiers;
        }

        var definition = new DefinitionReader(new TemplateCatalog()).Read(new TableRow("acme", row), problems);
        return (definition?.Timing.Tiers, [.. problems.Found.Select(problem => problem.ToString())]);
    }
}
