using System.Globalization;
using System.Text;
using AuditFunctions.Events;
using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Pipeline.Storage.SeenIds;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Tests.Fetching.Model;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Fetching;

/// <summary>Pages that are made to be slow. Were any step worse than linear, these would take hours.</summary>
public sealed class LinearPageTests
{
    private const int Events = 100_000;
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("""{"time":"2026-01-01T00:00:00Z"}""", Events)]                       // equal, without an id
    [InlineData("""{"id":"","time":"2026-01-01T00:00:00Z"}""", Events)]               // with an empty one
    [InlineData("""{"id":"same","time":"2026-01-01T00:00:00Z"}""", 1)]                // equal, with an id
    [InlineData("""{"id":"same","n":#,"time":"2026-01-01T00:00:00Z"}""", Events)]     // of one id
    [InlineData("""{"id":"e#","time":"2026-01-01T00:00:00Z"}""", Events)]             // of one time
    [InlineData("""{"id":"e#"}""", Events)]                                           // of none
    public void Every_event_of_a_page_is_looked_at_a_few_times_only(string text, int distinct)
    {
        using var page = Page(text);
        var ids = new RecentIds();
        using (var fresh = FreshEvents.Of(page, FetchModelTests.Definition.Reading, ids, Now, Stage.Deadline()))
        {
            Assert.Equal(distinct, fresh.Count);
            fresh.Remember(ids, Now);
        }

        using var again = FreshEvents.Of(page, FetchModelTests.Definition.Reading, ids, Now, Stage.Deadline());
        Assert.Equal((0, 0), (again.Count, again.Changed));
    }

    [Fact]
    public void A_stop_is_seen_inside_a_page()
    {
        using var page = Page("""{"id":"e#"}""");
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Assert.Throws<OperationCanceledException>(() => FreshEvents.Of(page, FetchModelTests.Definition.Reading, null, Now, stop.Token));
    }

    private static PageContent Page(string text)
    {
        var bytes = new PooledBytes();
        bytes.Write("["u8);
        for (var number = 0; number < Events; number++)
        {
            bytes.Write(Encoding.UTF8.GetBytes((number == 0 ? "" : ",") + text.Replace("#", number.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)));
        }

        bytes.Write("]"u8);
        var cut = new CutPage();
        ReadingDefinition reading = FetchModelTests.Definition.Reading;
        Assert.Null(PageCutter.Cut(bytes.WrittenSpan, reading.Plan, cut));
        return new PageContent(bytes, cut);
    }
}
