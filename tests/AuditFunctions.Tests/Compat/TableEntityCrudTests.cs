using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;

namespace AuditFunctions.Tests.Compat;

[Collection(TablesCollection.Name)]
public sealed class TableEntityCrudTests(TablesFixture tables)
{
    [Fact]
    public async Task An_added_entity_is_read_back_with_its_etag_and_time()
    {
        var table = await tables.NewTableAsync();
        var added = await table.AddEntityAsync(new TableEntity("p", "r") { ["Name"] = "acme" });

        TableEntity read = await table.GetEntityAsync<TableEntity>("p", "r");

        Assert.Equal(("p", "r", "acme"), (read.PartitionKey, read.RowKey, read.GetString("Name")));
        Assert.Equal(204, added.Status);
        Assert.Equal(added.Headers.ETag, read.ETag);
        Assert.NotNull(read.Timestamp);
        Assert.Equal(TimeSpan.Zero, read.Timestamp.Value.Offset);
    }

    [Fact]
    public async Task Adding_what_is_there_conflicts()
    {
        var table = await tables.NewTableAsync();
        await table.AddEntityAsync(new TableEntity("p", "r"));
        var failure = await Assert.ThrowsAsync<RequestFailedException>(() => table.AddEntityAsync(new TableEntity("p", "r")));
        Assert.Equal(409, failure.Status);
        Assert.Equal("EntityAlreadyExists", failure.ErrorCode);
        Assert.True(failure.ErrorCode == TableErrorCode.EntityAlreadyExists);
        Assert.False(failure.ErrorCode == TableErrorCode.TableAlreadyExists);
    }

    [Fact]
    public async Task An_absent_entity_is_404_or_no_value()
    {
        var table = await tables.NewTableAsync();
        var failure = await Assert.ThrowsAsync<RequestFailedException>(() => table.GetEntityAsync<TableEntity>("p", "r"));
        Assert.Equal((404, "ResourceNotFound"), (failure.Status, failure.ErrorCode));

        var absent = await table.GetEntityIfExistsAsync<TableEntity>("p", "r");
        Assert.False(absent.HasValue);
        Assert.Equal(404, absent.GetRawResponse().Status);

        await table.AddEntityAsync(new TableEntity("p", "r"));
        var present = await table.GetEntityIfExistsAsync<TableEntity>("p", "r");
        Assert.True(present.HasValue);
        Assert.Equal("r", present.Value?.RowKey);
    }

    [Fact]
    public async Task An_update_merges_or_replaces()
    {
        var table = await tables.NewTableAsync();
        await table.AddEntityAsync(new TableEntity("p", "r") { ["a"] = 1, ["b"] = 2 });

        await table.UpdateEntityAsync(new TableEntity("p", "r") { ["b"] = 3 }, ETag.All);
        TableEntity merged = await table.GetEntityAsync<TableEntity>("p", "r");
        Assert.Equal((1, 3), (merged.GetInt32("a"), merged.GetInt32("b")));

        await table.UpdateEntityAsync(new TableEntity("p", "r") { ["c"] = 4 }, ETag.All, TableUpdateMode.Replace);
        TableEntity replaced = await table.GetEntityAsync<TableEntity>("p", "r");
        Assert.Equal((null, null, 4), (replaced.GetInt32("a"), replaced.GetInt32("b"), replaced.GetInt32("c")));
    }

    [Fact]
    public async Task An_upsert_adds_then_merges_or_replaces()
    {
        var table = await tables.NewTableAsync();
        await table.UpsertEntityAsync(new TableEntity("p", "r") { ["a"] = 1 });
        await table.UpsertEntityAsync(new TableEntity("p", "r") { ["b"] = 2 });
        TableEntity merged = await table.GetEntityAsync<TableEntity>("p", "r");
        Assert.Equal((1, 2), (merged.GetInt32("a"), merged.GetInt32("b")));

        await table.UpsertEntityAsync(new TableEntity("p", "r") { ["c"] = 3 }, TableUpdateMode.Replace);
        TableEntity replaced = await table.GetEntityAsync<TableEntity>("p", "r");
        Assert.Equal((null, null, 3), (replaced.GetInt32("a"), replaced.GetInt32("b"), replaced.GetInt32("c")));
    }

    [Fact]
    public async Task A_write_over_another_version_is_refused_and_changes_nothing()
    {
        var table = await tables.NewTableAsync();
        await table.AddEntityAsync(new TableEntity("p", "r") { ["n"] = 1 });
        TableEntity mine = await table.GetEntityAsync<TableEntity>("p", "r");
        var stale = mine.ETag;
        mine["n"] = 2;
        var updated = await table.UpdateEntityAsync(mine, stale, TableUpdateMode.Replace);
        Assert.NotNull(updated.Headers.ETag);
        Assert.NotEqual(stale, updated.Headers.ETag);

        mine["n"] = 3;
        var update = await Assert.ThrowsAsync<RequestFailedException>(() => table.UpdateEntityAsync(mine, stale, TableUpdateMode.Replace));
        var delete = await Assert.ThrowsAsync<RequestFailedException>(() => table.DeleteEntityAsync("p", "r", stale));

        Assert.Equal((412, "UpdateConditionNotSatisfied"), (update.Status, update.ErrorCode));
        Assert.Equal((412, "UpdateConditionNotSatisfied"), (delete.Status, delete.ErrorCode));
        TableEntity kept = await table.GetEntityAsync<TableEntity>("p", "r");
        Assert.Equal(2, kept.GetInt32("n"));
        Assert.Equal(updated.Headers.ETag, kept.ETag);
    }

    [Fact]
    public async Task An_update_of_what_is_absent_is_404()
    {
        var table = await tables.NewTableAsync();
        var failure = await Assert.ThrowsAsync<RequestFailedException>(() => table.UpdateEntityAsync(new TableEntity("p", "r"), ETag.All));
        Assert.Equal(404, failure.Status);
    }

    [Fact]
    public async Task Deleting_twice_answers_404_without_throwing()
    {
        var table = await tables.NewTableAsync();
        var entity = new TableEntity("p", "r");
        await table.AddEntityAsync(entity);
        Assert.Equal(204, (await table.DeleteEntityAsync(entity)).Status);
        Assert.Equal(404, (await table.DeleteEntityAsync(entity)).Status);
        Assert.Equal(404, (await table.DeleteEntityAsync("p", "r")).Status);
    }

    [Fact]
    public async Task Only_selected_properties_are_read()
    {
        var table = await tables.NewTableAsync();
        await table.AddEntityAsync(new TableEntity("p", "r") { ["a"] = 1, ["b"] = 2 });
        TableEntity read = await table.GetEntityAsync<TableEntity>("p", "r", ["a"]);
        Assert.Equal(1, read.GetInt32("a"));
        Assert.False(read.ContainsKey("b"));
    }

    [Theory]
    [InlineData("o'brien", "it''s")]           // quotes, alone and doubled
    [InlineData("with space", "a+b&c=d")]      // what a query would cut
    [InlineData("Zürich 東京", "😀 é")]          // several bytes per letter
    [InlineData("eu:acme,(1)", "[x]{y}@;!*~")] // what a path or a regular expression would take for itself
    [InlineData("", "empty partition")]
    public async Task Keys_of_any_letters_work_in_every_operation(string partitionKey, string rowKey)
    {
        var table = await tables.NewTableAsync();
        await table.AddEntityAsync(new TableEntity(partitionKey, rowKey) { ["n"] = 1 });
        await table.UpdateEntityAsync(new TableEntity(partitionKey, rowKey) { ["n"] = 2 }, ETag.All);
        await table.UpsertEntityAsync(new TableEntity(partitionKey, rowKey) { ["m"] = 3 });
        TableEntity read = await table.GetEntityAsync<TableEntity>(partitionKey, rowKey);
        Assert.Equal((partitionKey, rowKey, 2, 3), (read.PartitionKey, read.RowKey, read.GetInt32("n"), read.GetInt32("m")));
        Assert.Equal(204, (await table.DeleteEntityAsync(partitionKey, rowKey)).Status);
        Assert.False((await table.GetEntityIfExistsAsync<TableEntity>(partitionKey, rowKey)).HasValue);
    }

    [Fact]
    public async Task A_cancelled_call_ends_as_cancelled()
    {
        var table = await tables.NewTableAsync();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => table.AddEntityAsync(new TableEntity("p", "r"), cancelled.Token));
        Assert.False((await table.GetEntityIfExistsAsync<TableEntity>("p", "r")).HasValue);
    }
}
