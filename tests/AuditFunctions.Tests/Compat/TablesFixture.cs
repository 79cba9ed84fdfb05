using AuditFunctions.Tests.Azure;
using Azure.Data.Tables;

namespace AuditFunctions.Tests.Compat;

/// <summary>A real table service for the tests of a collection, and tables of their own for each of them.</summary>
public sealed class TablesFixture : IAsyncLifetime
{
    // The emulator's account is fixed and public.
    public static string AccountName => "devstoreaccount1";

    public static string AccountKey => "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    public string ConnectionString { get; private set; } = "";

    public Uri Endpoint => new TableServiceClient(ConnectionString).Uri;

    public static string NewName() => $"t{Guid.NewGuid():N}";

    public async Task<TableClient> NewTableAsync()
    {
        var table = new TableClient(ConnectionString, NewName());
        await table.CreateIfNotExistsAsync();
        return table;
    }

    public async Task InitializeAsync() => ConnectionString = (await SharedAzurite.GetAsync()).ConnectionString;

    public Task DisposeAsync() => Task.CompletedTask;
}

[CollectionDefinition(Name)]
public sealed class TablesCollection : ICollectionFixture<TablesFixture>
{
    public const string Name = "tables";
}
