using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;

namespace AuditFunctions.Tests.Compat;

[Collection(TablesCollection.Name)]
public sealed class TableServiceTests(TablesFixture tables)
{
    [Fact]
    public async Task A_table_is_made_once_listed_and_deleted()
    {
        var service = new TableServiceClient(tables.ConnectionString);
        var name = TablesFixture.NewName();

        var created = await service.CreateTableIfNotExistsAsync(name);
        var again = await service.CreateTableIfNotExistsAsync(name);
        var third = await service.GetTableClient(name).CreateIfNotExistsAsync();
        Assert.Equal(name, created.Value.Name);
        Assert.Equal((409, 409), (again.GetRawResponse().Status, third.GetRawResponse().Status));
        Assert.Contains(name, await NamesAsync(service));

        Assert.Equal(204, (await service.DeleteTableAsync(name)).Status);
        Assert.Equal(404, (await service.DeleteTableAsync(name)).Status);
        Assert.Equal(404, (await service.GetTableClient(name).DeleteAsync()).Status);
        Assert.DoesNotContain(name, await NamesAsync(service));
    }

    [Fact]
    public async Task Tables_are_listed_by_filter_and_in_pages()
    {
        var service = new TableServiceClient(tables.ConnectionString);
        string[] names = [.. Enumerable.Range(0, 3).Select(_ => TablesFixture.NewName())];
        foreach (var name in names)
        {
            await service.CreateTableIfNotExistsAsync(name);
        }
        Assert.Equal([names[1]], await NamesAsync(service, TableClient.CreateQueryFilter($"TableName eq {names[1]}")));
        Assert.Superset(names.ToHashSet(), (await NamesAsync(service, maxPerPage: 2)).ToHashSet());
    }

    [Fact]
    public async Task A_table_that_is_not_there_is_404_with_its_code()
    {
        var table = new TableClient(tables.ConnectionString, TablesFixture.NewName());
        var failure = await Assert.ThrowsAsync<RequestFailedException>(() => table.AddEntityAsync(new TableEntity("p", "r")));
        Assert.Equal(404, failure.Status);
        Assert.True(failure.ErrorCode == TableErrorCode.TableNotFound);
    }

    [Fact]
    public void A_table_client_knows_its_name_account_and_address()
    {
        var service = new TableServiceClient(tables.ConnectionString);
        var table = service.GetTableClient("Checkpoints");
        Assert.Equal(("Checkpoints", TablesFixture.AccountName), (table.Name, table.AccountName));
        Assert.Equal($"{service.Uri.AbsoluteUri.TrimEnd('/')}/Checkpoints", table.Uri.AbsoluteUri);
        Assert.Equal(TablesFixture.AccountName, service.AccountName);
    }

    private static async Task<List<string>> NamesAsync(TableServiceClient service, string? filter = null, int? maxPerPage = null)
    {
        var names = new List<string>();
        await foreach (var table in service.QueryAsync(filter, maxPerPage))
        {
            names.Add(table.Name);
        }
        return names;
    }
}
