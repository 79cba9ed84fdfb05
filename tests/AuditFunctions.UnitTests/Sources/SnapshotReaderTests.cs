using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Reading;
using AuditFunctions.Sources.Templates;

namespace AuditFunctions.Tests.Sources;

/// <summary>What a definition with <c>snapshot</c> may say.</summary>
public sealed class SnapshotReaderTests
{
    private const string Good = "snapshot: { key: [id, org.id], changes: diff, ignore: [general.seen] }";

    [Fact]
    public void A_listing_has_a_key_and_no_time_and_is_read_once_a_day()
    {
        var source = Read(Good, "", [], out var problems);
        Assert.Empty(problems);
        Assert.Equal((SnapshotChanges.Diff, 2, -1), (source!.Snapshot!.Changes, source.Reading.IdParts, source.Reading.TimeField));
        Assert.Equal((ProgressKind.Listing, TimeSpan.FromDays(1)), (source.Progress, source.Timing.Interval));
        Assert.Equal(["general.seen"], source.Snapshot.Ignored);
        Assert.NotEqual(source.Snapshot.Mark, Read(Good.Replace("seen", "other", StringComparison.Ordinal), "", [], out _)!.Snapshot!.Mark);
    }

    [Theory]
    [InlineData("snapshot: { changes: full }", "", "snapshot.key")]
    [InlineData("snapshot: { key: $ }", "", "snapshot.key")]
    [InlineData("snapshot: { key: [id, $] }", "", "snapshot.key")]
    [InlineData("snapshot: { key: id, keep: [] }", "", "snapshot.keep")]
    [InlineData("snapshot: { key: id, keep: [a.id, b.id] }", "", "snapshot.keep")]
    [InlineData("snapshot: { key: id, keep: ['mails[*].text'] }", "", "snapshot.keep")]
    [InlineData("snapshot: { key: id, keep: ['mails[0]'] }", "", "snapshot.keep")]
    [InlineData("snapshot: { key: id, keep: { a: $ } }", "", "snapshot.keep")]
    [InlineData("snapshot: { key: id, keep: { a: '**.mail' } }", "", "snapshot.keep")]
    [InlineData("snapshot: { key: id, ignore: 'a[0]' }", "", "snapshot.ignore")]
    [InlineData("snapshot: { key: id, changes: some }", "", "snapshot.changes")]
    [InlineData(Good + "\nprocessors: [{ action: dedupe, paths: [a], within: 1h }]", "", "processors")]
    [InlineData(Good + "\ntime: at", "", "time")]
    [InlineData(Good + "\nid: id", "", "id")]
    [InlineData(Good + "\nprogress: cursor", "", "progress")]
    [InlineData(Good + "\ntiming: { overlap: 5m }", "", "timing.overlap")]
    [InlineData(Good, "?from={from}", "request")]
    public void What_is_about_events_or_windows_is_refused_where_it_stands(string snapshot, string query, string where)
    {
        Read(snapshot, query, [], out var problems);
        Assert.Contains(problems, problem => problem.Where.StartsWith(where, StringComparison.Ordinal));
    }

    [Fact]
    public void Fields_of_a_table_have_their_last_name_or_one_of_their_own_and_make_no_change()
    {
        var listed = Read("snapshot: { key: id, keep: [id, profile.department] }", "", [], out var problems);
        Assert.Empty(problems);
        Assert.Equal(["id", "department"], listed!.Snapshot!.Keep.Select(field => field.Name));
        var named = Read("snapshot: { key: id, keep: { login: id, unit: 'units[0].name' } }", "", [], out problems);
        Assert.Empty(problems);
        Assert.Equal(["login", "unit"], named!.Snapshot!.Keep.Select(field => field.Name));
        var none = Read("snapshot: { key: id }", "", [], out _)!.Snapshot!;
        Assert.Equal((none.Mark, none.Mark, null), (listed.Snapshot.Mark, named.Snapshot.Mark, none.KeepMark));
        Assert.NotEqual(listed.Snapshot.KeepMark, named.Snapshot.KeepMark);
    }

    [Fact]
    public void A_column_of_windows_is_refused_too()
    {
        Read(Good, "", [("since", "2026-01-01T00:00:00Z")], out var problems);
        Assert.Equal("since", Assert.Single(problems).Where);
    }

    private static SourceDefinition? Read(string snapshot, string query, (string Column, string Value)[] columns, out IReadOnlyList<Problem> problems)
    {
        var asked = query.Length > 0 ? ", query: { from: '{from}' }" : "";
        var row = TableRow.NewColumns();
        row["destination"] = "siem";
        row["definition"] = $"baseUrl: https://acme.example\nrequest: {{ path: /users{asked} }}\n{snapshot}";
        foreach (var (column, value) in columns)
        {
            row[column] = value;
        }

        var found = new Problems();
        var source = new DefinitionReader(new TemplateCatalog()).Read(new TableRow("acme", row), found);
        problems = found.Found;
        return source;
    }
}
