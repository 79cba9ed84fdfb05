using Azure.Data.Tables;

namespace AuditFunctions.Tests.Compat;

[Collection(TablesCollection.Name)]
public sealed class TableTransactionTests(TablesFixture tables)
{
    [Fact]
    public async Task A_hundred_entities_are_written_at_once()
    {
        var table = await tables.NewTableAsync();
        var adds = Enumerable.Range(0, 100).Select(i => Add($"{i:D3}", i));
        var response = await table.SubmitTransactionAsync(adds);

        Assert.Equal(202, response.GetRawResponse().Status);
        Assert.Equal(100, response.Value.Count);
        Assert.All(response.Value, part => Assert.Equal(204, part.Status));
        Assert.All(response.Value, part => Assert.NotNull(part.Headers.ETag));
        Assert.Equal(100, await CountAsync(table));
        TableEntity one = await table.GetEntityAsync<TableEntity>("p", "042");
        Assert.Equal(42, one.GetInt32("n"));
        Assert.Equal(response.Value[42].Headers.ETag, one.ETag);
    }

    [Fact]
    public async Task A_failing_action_is_named_and_nothing_is_written()
    {
        var table = await tables.NewTableAsync();
        await table.AddEntityAsync(new TableEntity("p", "there") { ["n"] = 1 });

        var failure = await Assert.ThrowsAsync<TableTransactionFailedException>(
            () => table.SubmitTransactionAsync([Add("a", 1), Add("b", 2), Add("there", 3), Add("c", 4)]));

        Assert.Equal((409, "EntityAlreadyExists", 2), (failure.Status, failure.ErrorCode, failure.FailedTransactionActionIndex));
        Assert.Equal(1, await CountAsync(table));
    }

    [Fact]
    public async Task Every_kind_of_action_does_what_it_says()
    {
        var table = await tables.NewTableAsync();
        string[] present = ["merge", "replace", "delete", "upsertmerge", "upsertreplace"];
        await table.SubmitTransactionAsync(present.Select(rowKey => Add(rowKey, 1)));
        await table.SubmitTransactionAsync(
        [
            Change(TableTransactionActionType.Add, "add"),
            Change(TableTransactionActionType.UpdateMerge, "merge"),
            Change(TableTransactionActionType.UpdateReplace, "replace"),
            Change(TableTransactionActionType.Delete, "delete"),
            Change(TableTransactionActionType.UpsertMerge, "upsertmerge"),
            Change(TableTransactionActionType.UpsertReplace, "upsertreplace"),
        ]);

        var rows = new Dictionary<string, (int? N, string? M)>(StringComparer.Ordinal);
        await foreach (var entity in table.QueryAsync<TableEntity>())
        {
            rows.Add(entity.RowKey, (entity.GetInt32("n"), entity.GetString("m")));
        }
        Assert.Equal(5, rows.Count);
        Assert.Equal((null, "new"), rows["add"]);
        Assert.Equal((1, "new"), rows["merge"]);
        Assert.Equal((null, "new"), rows["replace"]);
        Assert.Equal((1, "new"), rows["upsertmerge"]);
        Assert.Equal((null, "new"), rows["upsertreplace"]);
    }

    [Fact]
    public async Task A_stale_etag_fails_the_whole_transaction()
    {
        var table = await tables.NewTableAsync();
        await table.AddEntityAsync(new TableEntity("p", "r") { ["n"] = 1 });
        TableEntity read = await table.GetEntityAsync<TableEntity>("p", "r");
        await table.UpdateEntityAsync(new TableEntity("p", "r") { ["n"] = 2 }, read.ETag);

        var failure = await Assert.ThrowsAsync<TableTransactionFailedException>(() => table.SubmitTransactionAsync(
        [
            Add("new", 1),
            new TableTransactionAction(TableTransactionActionType.UpdateReplace, new TableEntity("p", "r") { ["n"] = 3 }, read.ETag),
        ]));

        Assert.Equal((412, "UpdateConditionNotSatisfied", 1), (failure.Status, failure.ErrorCode, failure.FailedTransactionActionIndex));
        Assert.Equal(1, await CountAsync(table));
    }

    [Fact]
    public async Task Values_of_every_type_and_letter_survive_a_transaction()
    {
        const string text = "it's \"quoted\" \r\n-- Zürich 東京 😀 {brace} \u2028";
        var bytes = Enumerable.Range(0, 60 * 1024).Select(i => (byte)i).ToArray();
        var at = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero).AddTicks(1);
        var table = await tables.NewTableAsync();
        var entity = new TableEntity("o'brien ü", "r 1") { ["s"] = text, ["l"] = long.MaxValue, ["d"] = 1.0, ["at"] = at, ["b"] = bytes };
        await table.SubmitTransactionAsync(
        [
            new TableTransactionAction(TableTransactionActionType.UpsertReplace, entity),
            new TableTransactionAction(TableTransactionActionType.Add, new TableEntity("o'brien ü", "r 2")),
        ]);
        TableEntity read = await table.GetEntityAsync<TableEntity>("o'brien ü", "r 1");
        Assert.Equal(text, read.GetString("s"));
        Assert.Equal((long.MaxValue, 1.0, at), (read.GetInt64("l"), read.GetDouble("d"), read.GetDateTimeOffset("at")));
        Assert.Equal(bytes, read.GetBinary("b"));
    }

    private static TableTransactionAction Add(string rowKey, int n) =>
        new(TableTransactionActionType.Add, new TableEntity("p", rowKey) { ["n"] = n });

    private static TableTransactionAction Change(TableTransactionActionType type, string rowKey) =>
        new(type, new TableEntity("p", rowKey) { ["m"] = "new" });

    private static async Task<int> CountAsync(TableClient table)
    {
        var count = 0;
        await foreach (var _ in table.QueryAsync<TableEntity>(select: ["RowKey"]))
        {
            count++;
        }
        return count;
    }
}
