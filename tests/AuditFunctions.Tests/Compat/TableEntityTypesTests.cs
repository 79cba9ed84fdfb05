using Azure.Data.Tables;

namespace AuditFunctions.Tests.Compat;

[Collection(TablesCollection.Name)]
public sealed class TableEntityTypesTests(TablesFixture tables)
{
    public static TheoryData<object> Values => new()
    {
        "",
        "plain",
        "it's \"quoted\" \\ \r\n\t & <tag> {brace} \u2028 %41",
        "Zürich 東京 😀",
        new string('x', 32 * 1024),
        true,
        false,
        0,
        int.MaxValue,
        int.MinValue,
        0L,
        9_007_199_254_740_993L, // has no double
        long.MaxValue,
        long.MinValue,
        0.0,
        1.0, // without a fraction
        -1.5,
        0.1,
        1e20,
        1e-7,
        double.MaxValue,
        double.Epsilon,
        double.NaN,
        double.PositiveInfinity,
        double.NegativeInfinity,
        Guid.Parse("0f8fad5b-d9cb-469f-a165-70867728950e"),
        Guid.Empty,
        new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero).AddTicks(1_234_567), // 100 ns
        new DateTimeOffset(1601, 1, 1, 0, 0, 0, TimeSpan.Zero), // the service's earliest
        DateTimeOffset.MaxValue,
    };

    [Theory]
    [MemberData(nameof(Values), DisableDiscoveryEnumeration = true)]
    public async Task A_value_comes_back_as_it_went_with_its_type(object value)
    {
        var table = await tables.NewTableAsync();
        await table.AddEntityAsync(new TableEntity("p", "r") { ["Value"] = value });
        TableEntity added = await table.GetEntityAsync<TableEntity>("p", "r");
        Assert.Equal(value, added["Value"]);

        await table.UpdateEntityAsync(added, added.ETag, TableUpdateMode.Replace);
        TableEntity rewritten = await table.GetEntityAsync<TableEntity>("p", "r");
        Assert.Equal(value, rewritten["Value"]);
        await foreach (var queried in table.QueryAsync<TableEntity>())
        {
            Assert.Equal(value, queried["Value"]);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(60 * 1024)]
    public async Task Binary_comes_back_byte_for_byte(int length)
    {
        var bytes = Enumerable.Range(0, length).Select(i => (byte)(i * 31 % 251)).ToArray();
        var table = await tables.NewTableAsync();
        await table.AddEntityAsync(new TableEntity("p", "r") { ["Bytes"] = bytes, ["Data"] = BinaryData.FromBytes(bytes) });
        TableEntity read = await table.GetEntityAsync<TableEntity>("p", "r");
        Assert.Equal(bytes, read.GetBinary("Bytes"));
        Assert.Equal(bytes, read.GetBinaryData("Data")?.ToArray());
    }

    [Fact]
    public async Task A_time_of_any_offset_or_kind_is_kept_in_utc()
    {
        var at = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(2)).AddTicks(7);
        var table = await tables.NewTableAsync();
        await table.AddEntityAsync(new TableEntity("p", "r")
        {
            ["Offset"] = at,
            ["Utc"] = at.UtcDateTime,
            ["Local"] = at.LocalDateTime,
        });
        TableEntity read = await table.GetEntityAsync<TableEntity>("p", "r");
        foreach (var name in new[] { "Offset", "Utc", "Local" })
        {
            Assert.Equal(at, read.GetDateTimeOffset(name));
            Assert.Equal(TimeSpan.Zero, read.GetDateTimeOffset(name)?.Offset);
            Assert.Equal((at.UtcDateTime, DateTimeKind.Utc), (read.GetDateTime(name), read.GetDateTime(name)?.Kind));
        }
    }

    [Fact]
    public async Task Null_values_are_not_stored()
    {
        var table = await tables.NewTableAsync();
        var entity = new TableEntity("p", "r") { ["Some"] = "x" };
        entity["None"] = null;
        await table.AddEntityAsync(entity);
        TableEntity read = await table.GetEntityAsync<TableEntity>("p", "r");
        Assert.Equal("x", read.GetString("Some"));
        Assert.False(read.ContainsKey("None"));
    }
}
