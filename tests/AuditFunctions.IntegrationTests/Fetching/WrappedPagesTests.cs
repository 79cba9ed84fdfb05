using System.Globalization;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Support;
using Microsoft.AspNetCore.WebUtilities;

namespace AuditFunctions.Tests.Fetching;

/// <summary>Vendors that have a page for every number: beyond the last one they begin again, or give an earlier one.</summary>
public sealed class WrappedPagesTests
{
    private const int Events = 250;
    private const int Pages = 3;

    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 5, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    public async Task A_window_ends_with_the_first_page_that_was_there_before(int first, int step)
    {
        await using var vendor = await ScriptedServer.StartAsync(request =>
        {
            var page = int.Parse(QueryHelpers.ParseQuery(request.PathAndQuery[request.PathAndQuery.IndexOf('?', StringComparison.Ordinal)..])["page"]!, CultureInfo.InvariantCulture);
            page = page <= Pages ? page : first + ((page - Pages - 1) * step % Pages);
            return new(200, $$"""{"data":[{{string.Join(',', Enumerable.Range((page - 1) * 100, Math.Min(100, Events - ((page - 1) * 100))).Select(Event))}}]}""");
        });
        await using var stage = await Stage.StartAsync(new SandboxVendorOptions());
        await stage.Harness.AddSourceAsync(
            Stage.Source,
            [
                .. stage.GenericColumns("asc").Where(column => column.Column is not ("next" or "query" or "paging" or "url" or "order")),
                ("url", $"{vendor.BaseUrl}/list"), ("paging", "page"), ("query", "from={from}&page={page}&limit={pageSize}"), ("order", "unordered"),
            ]);
        await stage.Harness.FetchAndShipAsync(Stage.Source);

        var checkpoint = await stage.Harness.CheckpointAsync(Stage.Source);
        Assert.Equal((Events, 0L, 0, Start.AddSeconds(Events - 1)), (stage.Siem.Received, stage.Siem.Duplicates, checkpoint.Status.Failures, checkpoint.MarkAt));
        Assert.Equal(Pages + 1, vendor.Requests.Count);
    }

    private static string Event(int number) =>
        string.Create(CultureInfo.InvariantCulture, $$"""{"id":"e{{number}}","time":"{{Start.AddSeconds(number):yyyy-MM-ddTHH:mm:ssZ}}"}""");
}
