using Azure;
using Azure.Data.Tables;

namespace AuditFunctions.Tests.Compat;

[Collection(TablesCollection.Name)]
public sealed class TableQueryTests(TablesFixture tables)
{
    [Fact]
    public async Task More_than_a_page_is_read_whole_and_in_order()
    {
        var table = await tables.NewTableAsync();
        await FillAsync(table, 1_050);

        var pages = new List<int>();
        var keys = new List<string>();
        await foreach (var page in table.QueryAsync<TableEntity>().AsPages())
        {
            pages.Add(page.Values.Count);
            keys.AddRange(page.Values.Select(entity => entity.RowKey));
        }

        Assert.Equal([1000, 50], pages);
        Assert.Equal(Enumerable.Range(0, 1_050).Select(i => $"{i:D5}"), keys);
    }

    [Fact]
    public async Task Pages_are_as_long_as_asked_for_and_a_query_goes_on_from_a_token()
    {
        var table = await tables.NewTableAsync();
        await FillAsync(table, 25);
        var query = table.QueryAsync<TableEntity>("PartitionKey eq 'p'", maxPerPage: 10);

        Page<TableEntity>? second = null;
        var lengths = new List<int>();
        await foreach (var page in query.AsPages())
        {
            lengths.Add(page.Values.Count);
            second = lengths.Count == 2 ? page : second;
        }
        var rest = new List<string>();
        await foreach (var page in query.AsPages(second?.ContinuationToken, 3))
        {
            Assert.InRange(page.Values.Count, 1, 3);
            rest.AddRange(page.Values.Select(entity => entity.RowKey));
        }

        Assert.Equal([10, 10, 5], lengths);
        Assert.Equal(["00020", "00021", "00022", "00023", "00024"], rest);
    }

    [Fact]
    public async Task A_filter_and_a_selection_narrow_the_answer()
    {
        var table = await tables.NewTableAsync();
        await FillAsync(table, 10);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {"p"} and Number ge {7}");
        var found = await ListAsync(table.QueryAsync<TableEntity>(filter, select: ["RowKey", "Number"]));
        Assert.Equal([7, 8, 9], found.Select(entity => entity.GetInt32("Number")));
        Assert.All(found, entity => Assert.NotNull(entity.RowKey));
        Assert.All(found, entity => Assert.False(entity.ContainsKey("Text")));
    }

    [Fact]
    public async Task An_empty_answer_is_no_entities()
    {
        var table = await tables.NewTableAsync();
        Assert.Empty(await ListAsync(table.QueryAsync<TableEntity>()));
        Assert.Empty(await ListAsync(table.QueryAsync<TableEntity>("PartitionKey eq 'none'")));
    }

    [Fact]
    public async Task A_filter_with_escaped_values_finds_its_entity_again()
    {
        const string partition = "o'brien & söhne 100%";
        var table = await tables.NewTableAsync();
        var at = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(1)).AddTicks(1_234_567);
        var id = Guid.Parse("0f8fad5b-d9cb-469f-a165-70867728950e");
        await table.AddEntityAsync(new TableEntity(partition, "it's")
        {
            ["Flag"] = true,
            ["Int"] = -5,
            ["Long"] = 9_007_199_254_740_993L,
            ["Double"] = 2.5,
            ["Id"] = id,
            ["At"] = at,
            ["Bytes"] = new byte[] { 0, 171, 255 },
        });
        await table.AddEntityAsync(new TableEntity("other", "row"));
        FormattableString[] filters =
        [
            $"PartitionKey eq {partition}",
            $"PartitionKey eq {partition} and RowKey eq {"it's"}",
            $"Flag eq {true}",
            $"Int eq {-5}",
            $"Long eq {9_007_199_254_740_993L}",
            $"Double gt {2.25} and Double lt {3.0}",
            $"Id eq {id}",
            $"At eq {at}",
            $"At eq {at.UtcDateTime}",
            $"Bytes eq {new byte[] { 0, 171, 255 }}",
        ];
        foreach (var filter in filters)
        {
            var found = await ListAsync(table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter(filter)));
            Assert.True(found is [{ RowKey: "it's" }], $"{filter.Format} found {found.Count} as {TableClient.CreateQueryFilter(filter)}");
        }
    }

    [Fact]
    public void A_value_cannot_break_out_of_a_filter()
    {
        Assert.Equal("Name eq 'x'' or ''1'' eq ''1'", TableClient.CreateQueryFilter($"Name eq {"x' or '1' eq '1"}"));
        Assert.Equal("A eq true and B eq 7 and C eq 7L", TableClient.CreateQueryFilter($"A eq {true} and B eq {7} and C eq {7L}"));
    }

    [Fact]
    public async Task A_broken_filter_is_refused()
    {
        var table = await tables.NewTableAsync();
        var failure = await Assert.ThrowsAsync<RequestFailedException>(
            () => ListAsync(table.QueryAsync<TableEntity>("PartitionKey is like 'x'")));
        Assert.Equal(400, failure.Status);
    }

    private static async Task FillAsync(TableClient table, int count)
    {
        foreach (var part in Enumerable.Range(0, count).Chunk(100))
        {
            await table.SubmitTransactionAsync(part.Select(i => new TableTransactionAction(
                TableTransactionActionType.Add, new TableEntity("p", $"{i:D5}") { ["Number"] = i, ["Text"] = "text" })));
        }
    }

    private static async Task<List<TableEntity>> ListAsync(AsyncPageable<TableEntity> query)
    {
        var found = new List<TableEntity>();
        await foreach (var entity in query)
        {
            found.Add(entity);
        }
        return found;
    }
}
