using Azure.Storage.Blobs.Models;

namespace AuditFunctions.Tests.Cli;

/// <summary><c>auditfn lookups …</c></summary>
public sealed class LookupCommandsTests
{
    private const string Rows = """
        sources:
          - name: okta-prod
            template: okta-system-log
            domain: acme.okta.com
            token: secret:vendor
            destination: siem
            processors:
              - { action: lookup, path: actor.id, into: staff, file: staff.csv, key: login }
        destinations:
          - name: siem
            type: splunk-hec
            url: https://splunk.example
            token: secret:siem
        """;

    [Fact]
    public async Task Files_are_added_replaced_listed_with_who_needs_them_and_removed_when_nobody_does()
    {
        using var run = await CliRun.OnStorageAsync();
        Assert.StartsWith("There are no lookup files", (await run.DoneAsync("lookups", "list")).Error, StringComparison.Ordinal);
        run.Write("rows.yaml", Rows);
        await run.DoneAsync("apply", "rows.yaml");
        Assert.Matches("staff.csv +missing +okta-prod", (await run.DoneAsync("lookups", "list")).Output);

        run.Write("people.csv", "login,name\nanna,Anna\n");
        Assert.Equal("lookup file 'staff.csv': 21 bytes added\n", (await run.DoneAsync("lookups", "add", "people.csv", "--name", "staff.csv")).Output);
        run.Write("people.csv", "login,name\n");
        Assert.Equal(11, (await run.DoneAsync("lookups", "add", "people.csv", "--name", "staff.csv", "--json")).Json.GetProperty("bytes").GetInt64());
        await run.DoneAsync("lookups", "add", "people.csv");
        var files = (await run.DoneAsync("lookups", "list", "--json")).Json.GetProperty("lookups");
        Assert.Equal(["people.csv", "staff.csv"], files.EnumerateArray().Select(file => file.GetProperty("name").GetString()));
        Assert.Equal("okta-prod", Assert.Single(files[1].GetProperty("sources").EnumerateArray()).GetString());
        Assert.Equal("login,name\n", (await run.Storage.Lookups.GetBlobClient("staff.csv").DownloadContentAsync()).Value.Content.ToString());

        var needed = await run.RunAsync("lookups", "remove", "staff.csv");
        Assert.Equal((1, true), (needed.ExitCode, needed.Error.Contains("'staff.csv' is needed by okta-prod; change the processors first", StringComparison.Ordinal)));
        await run.Storage.Lookups.GetBlobClient("people.csv").CreateSnapshotAsync();
        await run.DoneAsync("lookups", "remove", "people.csv");
        Assert.DoesNotContain(run.Storage.Lookups.GetBlobs(BlobTraits.None, BlobStates.Snapshots, null, default), blob => blob.Name == "people.csv");
    }

    [Fact]
    public async Task Lookups_into_listings_are_checked_where_rows_are_written_and_a_listing_that_is_needed_is_not_removed()
    {
        using var run = await CliRun.OnStorageAsync();
        var rows = Rows.Replace("file: staff.csv, key: login", "snapshot: okta-staff, key: login, column: dept", StringComparison.Ordinal);
        run.Write("rows.yaml", rows);
        Assert.Contains("look into the listing of 'okta-staff', which is not in these files", (await run.DoneAsync("validate", "rows.yaml")).Error, StringComparison.Ordinal);
        await RefusedAsync("look into the listing of 'okta-staff', which is neither in these files nor in the table", "apply", "rows.yaml");

        // Not a listing, without a table, without the column; as one file, and against what is in the table.
        await WrongAsync("", "source 'okta-staff' lists no objects: it has no 'snapshot'");
        await WrongAsync("snapshot: { key: id }", "source 'okta-staff' has no table: name the fields that it is to hold in its 'snapshot.keep'");
        await WrongAsync("snapshot: { key: id, keep: [login] }", "the table of source 'okta-staff' has no column 'dept'; its 'snapshot.keep' names: login");
        run.Write("staff.yaml", Staff("snapshot: { key: id, keep: [login, dept] }"));
        await run.DoneAsync("apply", "rows.yaml", "staff.yaml");
        await run.DoneAsync("apply", "rows.yaml");
        run.Write("staff.yaml", Staff("snapshot: { key: id, keep: [login] }"));
        await RefusedAsync("would leave source 'okta-prod' without its lookup: the table of source 'okta-staff' has no column 'dept'", "apply", "staff.yaml");

        Assert.Matches("snapshot-okta-staff.jsonl +missing +listing of okta-staff +okta-prod", (await run.DoneAsync("lookups", "list")).Output);
        await RefusedAsync("Source 'okta-staff' is a listing into which okta-prod looks; change the processors there first.", "sources", "remove", "okta-staff");
        run.Write("x.jsonl", "{}\n");
        await RefusedAsync("is the table of the listing of source 'okta-staff', which writes it itself", "lookups", "add", "x.jsonl", "--name", "snapshot-okta-staff.jsonl");

        await run.DoneAsync("sources", "remove", "okta-prod");
        await run.Storage.Lookups.CreateIfNotExistsAsync();
        await run.Storage.Lookups.GetBlobClient("snapshot-okta-staff.jsonl").UploadAsync(BinaryData.FromString("{}\n"));
        await run.Storage.Lookups.GetBlobClient("snapshot-gone.jsonl").UploadAsync(BinaryData.FromString("{}\n"));
        Assert.Contains("lookup file 'snapshot-okta-staff.jsonl', the table of its listing: removed", (await run.DoneAsync("sources", "remove", "okta-staff")).Output, StringComparison.Ordinal);
        Assert.Matches(@"snapshot-gone.jsonl +3 .*listing of gone \(not any more: remove it\)", (await run.DoneAsync("lookups", "list")).Output);
        Assert.DoesNotContain("okta-staff", (await run.DoneAsync("lookups", "list")).Output, StringComparison.Ordinal);
        await run.DoneAsync("lookups", "remove", "snapshot-gone.jsonl");

        async Task WrongAsync(string snapshot, string reason)
        {
            run.Write("staff.yaml", Staff(snapshot));
            await RefusedAsync(reason, "validate", "rows.yaml", "staff.yaml");
        }

        async Task RefusedAsync(string reason, params string[] arguments)
        {
            var result = await run.RunAsync(arguments);
            Assert.Equal(1, result.ExitCode);
            Assert.Contains(reason, result.Error + result.Output, StringComparison.Ordinal);
        }

        static string Staff(string snapshot) => $$"""
            sources:
              - name: okta-staff
                destination: siem
                definition:
                  baseUrl: https://acme.example
                  request: { path: /users }
                  events: { path: data }
                  {{(snapshot.Length > 0 ? snapshot : "time: at")}}
            """;
    }

    [Fact]
    public async Task What_cannot_be_added_or_removed_is_refused_with_the_reason()
    {
        using var run = await CliRun.OnStorageAsync();
        await RefusedAsync("people.csv does not exist", "lookups", "add", "people.csv");
        run.Write("people.csv", "a\n");
        await RefusedAsync("'../people.csv' is no name of a lookup file; allowed: up to 100 letters", "lookups", "add", "people.csv", "--name", "../people.csv");
        await RefusedAsync("There is no lookup file 'staff.csv'", "lookups", "remove", "staff.csv");
        await using (var huge = new FileStream(Path.Combine(run.Folder, "huge.csv"), FileMode.Create))
        {
            huge.SetLength((256L * 1024 * 1024) + 1);
        }

        await RefusedAsync("huge.csv has 268,435,457 bytes; allowed: 268,435,456", "lookups", "add", "huge.csv");

        async Task RefusedAsync(string reason, params string[] arguments)
        {
            var result = await run.RunAsync(arguments);
            Assert.Equal(1, result.ExitCode);
            Assert.Contains(reason, result.Error, StringComparison.Ordinal);
        }
    }
}
