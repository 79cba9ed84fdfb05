using System.Text;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Sources.Processors;

/// <summary>Actions that look values up in files: what they write, and what they say of a file that is not what it should be.</summary>
public sealed class LookupFileTests
{
    private const string Event = """{"id":"a","user":"Anna","n":12345678901234567890}""";

    [Theory]
    [InlineData("a.csv", "name,dept\nAnna,Sales\n", "{\"name\":\"Anna\",\"dept\":\"Sales\"}")]
    [InlineData("a.csv", "\uFEFFname,dept\r\n\"Anna\",\"Sales, \"\"north\"\"\nand south\"\r\n", "{\"name\":\"Anna\",\"dept\":\"Sales, \\\"north\\\"\\nand south\"}")]
    [InlineData("a.csv", "name,dept\nAnna,first\nAnna,second\n", "{\"name\":\"Anna\",\"dept\":\"first\"}")]       // of two rows the first
    [InlineData("a.tsv", "name\tdept\nAnna\tSales\n", "{\"name\":\"Anna\",\"dept\":\"Sales\"}")]
    [InlineData("a.jsonl", "\n{\"name\":\"Ben\"}\n{\"name\":\"Anna\",\"n\":12345678901234567890 , \"x\":[1]}\n", "{\"name\":\"Anna\",\"n\":12345678901234567890 , \"x\":[1]}")]
    [InlineData("a.jsonl", "{\"name\":null}\n{\"x\":1}\n{\"name\":\"\\u0041nna\"}", "{\"name\":\"\\u0041nna\"}")]
    public void A_row_is_written_beside_the_value(string file, string content, string written)
    {
        var applied = Apply($"{{ action: lookup, path: user, into: who, file: {file}, key: name }}", file, Encoding.UTF8.GetBytes(content));
        Assert.Equal([$"{Event[..^1]},\"who\":{written}}}"], applied.After);
        Assert.Equal([null], applied.Failures);
    }

    [Theory]
    [InlineData("column: dept", "\"Sales\"")]
    [InlineData("columns: [dept, name]", "{\"dept\":\"Sales\",\"name\":\"ANNA\"}")]
    public void Columns_and_case_are_chosen(string keys, string written)
    {
        Assert.EndsWith($",\"who\":{written}}}", Assert.Single(Apply($"{{ action: lookup, path: user, into: who, file: a.csv, key: name, ignoreCase: true, {keys} }}", "a.csv", "name,dept\nANNA,Sales\n"u8).After), StringComparison.Ordinal);
        var lines = "{\"name\":\"ANNA\",\"dept\":\"Sales\"}"u8;
        Assert.EndsWith($",\"who\":{written}}}", Assert.Single(Apply($"{{ action: lookup, path: user, into: who, file: a.jsonl, key: name, ignoreCase: true, {keys} }}", "a.jsonl", lines).After), StringComparison.Ordinal);
    }

    /// <summary>As tables of event types are: what becomes of an event depends on its application and its name.</summary>
    [Theory]
    [InlineData("a.csv", "app,event,then\ndrive,view,drop\nlogin,view,keep\nlogin,,empty\n")]
    [InlineData("a.jsonl", "{\"app\":\"drive\",\"event\":\"view\",\"then\":\"drop\"}\n{\"event\":\"view\",\"app\":\"login\",\"then\":\"keep\"}\n{\"app\":\"login\",\"then\":\"empty\"}\n")]
    public void A_key_may_have_several_columns(string file, string content)
    {
        const string Keys = "key: [event, app], column: then, otherwise: other }";
        var applied = Lists.Apply(
            Lists.Read($"[ {{ action: lookup, paths: ['events[0].name', app], into: then, file: {file}, {Keys} ]"),
            new Dictionary<string, byte[]> { [file] = Encoding.UTF8.GetBytes(content) },
            """{"app":"login","events":[{"name":"view"}]}""",
            """{"app":"drive","events":[{"name":"view"}]}""",
            """{"app":"view","events":[{"name":"drive"}]}""",
            """{"app":"login","events":[{"name":""}]}""",
            """{"app":{},"events":[{"name":"view"}]}""",
            """{"app":"login"}""");
        Assert.Equal(
            [
                """{"app":"login","events":[{"name":"view"}],"then":"keep"}""",
                """{"app":"drive","events":[{"name":"view"}],"then":"drop"}""",
                """{"app":"view","events":[{"name":"drive"}],"then":"other"}""",
                """{"app":"login","events":[{"name":""}],"then":"other"}""",
                """{"app":{},"events":[{"name":"view"}],"then":"other"}""",
                """{"app":"login"}""",
            ],
            applied.After);
        Assert.All(applied.Failures, Assert.Null);
    }

    [Theory]
    [InlineData("a.csv", "", "is empty; its first row must name the columns")]
    [InlineData("a.csv", "other,dept\nAnna,Sales\n", "has no column 'name'")]
    [InlineData("a.csv", "name,dept\nAnna\n", "line 2 has 1 values; the first row names 2 columns")]
    [InlineData("a.csv", "name\n\u0000\u00e9", "is not UTF-8; save it as UTF-8")]
    [InlineData("a.jsonl", "{\"name\":\"x\"}\n[1]\n", "line 2 is no JSON object")]
    [InlineData("a.jsonl", "{\"name\":\"x\"}\n{\"name\":secret}\n", "line 2 is not valid JSON")]
    public void A_file_that_is_wrong_fails_with_the_place_and_the_event_goes_on(string file, string content, string problem)
    {
        var bytes = problem.Contains("UTF-8", StringComparison.Ordinal) ? Encoding.Latin1.GetBytes(content) : Encoding.UTF8.GetBytes(content);
        var applied = Apply($"{{ action: lookup, path: user, into: who, file: {file}, key: name, otherwise: none }}", file, bytes);
        Assert.Equal([Event], applied.After);
        Assert.Equal([$"1-lookup: lookup file '{file}' {problem}"], applied.Failures);
    }

    [Fact]
    public void A_table_that_would_take_too_much_memory_is_refused()
    {
        var rows = new StringBuilder("name\n");
        for (var at = 0; at <= 1_000_000; at++)
        {
            rows.Append(at).Append('\n');
        }

        var applied = Apply("{ action: lookup, path: user, into: who, file: a.csv, key: name }", "a.csv", Encoding.UTF8.GetBytes(rows.ToString()));
        Assert.Equal(["1-lookup: lookup file 'a.csv' has more than 1,000,000 rows"], applied.Failures);
    }

    [Theory]
    [InlineData("{ action: lookup, path: a, into: b, file: ../a.csv, key: k }", "file (line 1): is '../a.csv'; allowed: the name of a lookup file")]
    [InlineData("{ action: lookup, path: a, into: b, file: a.xlsx, key: k }", "is 'a.xlsx'; it must end with .csv or .tsv or .jsonl")]
    [InlineData("{ action: lookup, path: a, into: b, file: a.csv, key: k, table: { a: b } }", "whose listing is the table; one of them")]
    [InlineData("{ action: lookup, path: a, into: b, file: a.csv, key: k, snapshot: staff }", "whose listing is the table; one of them")]
    [InlineData("{ action: lookup, path: a, into: b, snapshot: Staff, key: k }", "snapshot (line 1): is 'Staff'; allowed: the name of a source")]
    [InlineData("{ action: lookup, path: a, into: b, snapshot: staff }", "key")]
    [InlineData("{ action: lookup, path: a, into: b, snapshot: staff, key: k, separator: ';' }", "separator")]
    [InlineData("{ action: lookup, path: a, into: b }", "is missing: a map of values to what is written, or 'file'")]
    [InlineData("{ action: lookup, path: a, into: b, file: a.csv, key: k, column: x, columns: [y] }", "give one of them")]
    [InlineData("{ action: lookup, path: a, into: b, file: a.csv, key: k, separator: x }", "is 'x'; allowed: ',', ';', '|' or the word tab")]
    [InlineData("{ action: lookup, path: a, paths: [b], into: b, file: a.csv, key: k }", "paths (line 1): stands beside 'path'; give one of them.")]
    [InlineData("{ action: lookup, paths: [a, b], into: b, file: a.csv, key: k }", "paths (line 1): holds 2 paths for 1 columns in 'key'; give one for each.")]
    [InlineData("{ action: lookup, path: a, into: b, file: a.csv, key: [k, l] }", "key (line 1): holds 1 paths for 2 columns in 'key'; give one for each.")]
    [InlineData("{ action: lookup, paths: [a, b], into: b, table: { x: y } }", "paths (line 1): holds 2 paths; a 'table' takes one.")]
    [InlineData("{ action: lookup, into: b, table: { x: y } }", "path: is missing")]
    [InlineData("{ action: geoip, path: a, into: b, file: a.csv }", "is 'a.csv'; it must end with .mmdb")]
    public void Keys_that_are_wrong_are_refused(string entry, string problem) =>
        Assert.Contains(Lists.ProblemsOf($"[ {entry} ]"), line => line.Contains(problem, StringComparison.Ordinal));

    [Theory]
    [InlineData("203.0.113.7", ",\"geo\":{\"continent_code\":\"EU\",\"country_iso_code\":\"NO\",\"country_name\":\"Norway\",\"region_name\":\"Oslo County\",\"city_name\":\"Oslo\",\"timezone\":\"Europe/Oslo\",\"location\":{\"lat\":59.5,\"lon\":10.25}}")]
    [InlineData("::ffff:203.0.113.7", ",\"geo\":{\"continent_code\":\"EU\",\"country_iso_code\":\"NO\",\"country_name\":\"Norway\",\"region_name\":\"Oslo County\",\"city_name\":\"Oslo\",\"timezone\":\"Europe/Oslo\",\"location\":{\"lat\":59.5,\"lon\":10.25}}")]
    [InlineData("2001:db8::1", ",\"geo\":{\"country_iso_code\":\"JP\"}")]
    [InlineData("10.0.0.1", "")]
    [InlineData("no address", "")]
    public void Geoip_writes_where_an_address_is(string address, string written)
    {
        var applied = Apply("{ action: geoip, path: ip, into: geo, file: city.mmdb }", "city.mmdb", AddressDatabaseFile.Cities(), $"{{\"ip\":\"{address}\"}}");
        Assert.Equal([$"{{\"ip\":\"{address}\"{written}}}"], applied.After);
        Assert.Equal([null], applied.Failures);
    }

    [Theory]
    [InlineData("no database at all", "is no MaxMind database, or a damaged one; download it again")]
    [InlineData("", "is no MaxMind database, or a damaged one; download it again")]
    public void What_is_no_database_fails_and_the_event_goes_on(string content, string problem)
    {
        var applied = Apply("{ action: geoip, path: ip, into: geo, file: city.mmdb }", "city.mmdb", Encoding.UTF8.GetBytes(content), """{"ip":"203.0.113.7"}""");
        Assert.Equal(["""{"ip":"203.0.113.7"}"""], applied.After);
        Assert.Equal([$"1-geoip: lookup file 'city.mmdb' {problem}"], applied.Failures);
    }

    [Fact]
    public void A_damaged_database_never_throws() => Law.ForSeeds(300, random =>
    {
        var bytes = AddressDatabaseFile.Cities();
        for (var at = random.Next(1, 6); at > 0; at--)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        bytes = random.Next(4) == 0 ? bytes[..random.Next(bytes.Length)] : bytes;
        var applied = Apply("{ action: geoip, path: ip, into: geo, file: city.mmdb }", "city.mmdb", bytes, """{"ip":"203.0.113.7"}""");
        Assert.DoesNotContain("fault of the action", Assert.Single(applied.Failures) ?? "", StringComparison.Ordinal);
        Assert.StartsWith("""{"ip":"203.0.113.7""", Assert.Single(applied.After), StringComparison.Ordinal);
    });

    private static Applied Apply(string entry, string file, ReadOnlySpan<byte> content, string json = Event) =>
        Lists.Apply(Lists.Read($"[ {entry} ]"), new Dictionary<string, byte[]> { [file] = content.ToArray() }, json);
}
