using Azure;
using Azure.Data.Tables;

namespace AuditFunctions.Tests.Compat;

public sealed class TableEntityTests
{
    [Fact]
    public void An_absent_property_reads_as_null()
    {
        var entity = new TableEntity("p", "r");
        Assert.Null(entity["none"]);
        Assert.Null(entity.GetString("none"));
        Assert.Null(entity.GetBoolean("none"));
        Assert.Null(entity.GetInt32("none"));
        Assert.Null(entity.GetInt64("none"));
        Assert.Null(entity.GetDouble("none"));
        Assert.Null(entity.GetGuid("none"));
        Assert.Null(entity.GetDateTime("none"));
        Assert.Null(entity.GetDateTimeOffset("none"));
        Assert.Null(entity.GetBinary("none"));
        Assert.Null(entity.GetBinaryData("none"));
        Assert.Null(entity.Timestamp);
        Assert.Equal(default, entity.ETag);
        Assert.False(entity.TryGetValue("none", out _));
    }

    [Fact]
    public void Another_type_than_asked_for_is_refused()
    {
        var entity = new TableEntity("p", "r") { ["n"] = 1, ["s"] = "1" };
        Assert.Throws<InvalidOperationException>(() => entity.GetInt64("s"));
        Assert.Throws<InvalidOperationException>(() => entity.GetString("n"));
        Assert.Throws<InvalidOperationException>(() => entity.GetDateTimeOffset("s"));
    }

    [Fact]
    public void Names_are_case_sensitive()
    {
        var entity = new TableEntity("p", "r") { ["Name"] = "upper", ["name"] = "lower" };
        Assert.Equal("upper", entity.GetString("Name"));
        Assert.Equal("lower", entity.GetString("name"));
        Assert.False(entity.ContainsKey("NAME"));
    }

    [Fact]
    public void Keys_time_and_etag_are_kept_among_the_values()
    {
        var at = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        var entity = new TableEntity("p", "r") { Timestamp = at, ETag = new ETag("W/\"1\"") };
        Assert.Equal("p", entity["PartitionKey"]);
        Assert.Equal("r", entity["RowKey"]);
        Assert.Equal(at, entity["Timestamp"]);
        Assert.Equal(new ETag("W/\"1\""), entity.ETag);

        var copy = new TableEntity(new Dictionary<string, object>(entity));
        Assert.Equal(("p", "r", at, entity.ETag), (copy.PartitionKey, copy.RowKey, copy.Timestamp, copy.ETag));
    }

    [Fact]
    public void Times_and_binary_read_in_either_form()
    {
        var at = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        var entity = new TableEntity("p", "r")
        {
            ["at"] = at,
            ["bytes"] = new byte[] { 1, 2 },
            ["data"] = BinaryData.FromBytes(new byte[] { 3 }),
        };
        Assert.Equal(at.UtcDateTime, entity.GetDateTime("at"));
        Assert.Equal([1, 2], entity.GetBinaryData("bytes")?.ToArray());
        Assert.Equal([3], entity.GetBinary("data"));
    }

    [Fact]
    public void Values_are_added_and_removed_like_in_a_dictionary()
    {
        var entity = new TableEntity("p", "r");
        entity.Add("a", 1);
        Assert.Throws<ArgumentException>(() => entity.Add("a", 2));
        Assert.True(entity.TryGetValue("a", out var value));
        Assert.Equal(1, value);
        Assert.Contains("a", entity.Keys);
        Assert.True(entity.Remove("a"));
        Assert.False(entity.ContainsKey("a"));
        Assert.Equal(2, entity.Count);
        entity.Clear();
        Assert.Empty(entity);
    }
}
