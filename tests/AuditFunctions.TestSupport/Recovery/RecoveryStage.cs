using AuditFunctions.Operations.Sources;
using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Pipeline.Storage.Rows;
using AuditFunctions.Sandbox;
using AuditFunctions.Sources;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Recovery;

/// <summary>A source of 300 events, a page of which was fetched and delivered: the middle of its work.</summary>
internal static class RecoveryStage
{
    public const int Events = 300;
    public const int Page = 100;

    public static async Task<Stage> StartAsync(params (string Column, string Value)[] columns)
    {
        var stage = await Stage.StartAsync(new SandboxVendorOptions { Events = Events }, ("Fetching:MaxPages", "1"));
        await stage.Harness.AddSourceAsync(Stage.Source, stage.GenericColumns("asc", columns));
        return stage;
    }

    /// <summary>One page fetched and delivered; the message that asks for the next one is gone.</summary>
    public static async Task<Stage> InTheMiddleAsync(params (string Column, string Value)[] columns)
    {
        var stage = await StartAsync(columns);
        Assert.Equal(FetchOutcome.Continued, await stage.Harness.FetchAsync(Stage.Source));
        Assert.Equal(1, await stage.Harness.ShipAllAsync());
        Assert.Equal((Page, 0L), (stage.Siem.Received, stage.Siem.Duplicates));
        return stage;
    }

    /// <summary>What <c>auditfn backfill</c> does.</summary>
    public static async Task<BackfillResult> BackfillAsync(this Stage stage, string from, bool again = false)
    {
        var sources = await stage.Harness.Get<DefinitionCache>().SourcesAsync(TimeSpan.Zero, default);
        var results = await stage.Harness.Make<Backfill>().RunAsync(sources[Stage.Source].Definition!, DateTimeOffset.Parse(from, System.Globalization.CultureInfo.InvariantCulture), again, default);
        Assert.Equal(new PartitionId(Stage.Source, PartitionId.Single), results.Keys.Single());
        return results.Values.Single();
    }

    /// <summary>Asserts that everything that the vendor offers arrived, and how many arrived twice.</summary>
    public static void AssertAllArrived(this Stage stage, long duplicates)
    {
        Assert.Equal(stage.Vendor.OfferedCount, stage.Vendor.OfferedIds.Count(id => stage.Siem.CountOf(id) > 0));
        Assert.Equal(duplicates, stage.Siem.Duplicates);
    }
}
