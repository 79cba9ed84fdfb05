using System.Text;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Inspection;
using AuditFunctions.Sources.Jobs;
using AuditFunctions.Sources.Partitions;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Sources;

/// <summary>No message, cursor or kept page repeats a secret, nor what was exchanged for it.</summary>
public sealed class SecretInMessageTests
{
    private const string Secret = "s3cret/of acme";

    [Fact]
    public async Task A_secret_in_the_path_is_not_shown()
    {
        await using var server = await ScriptedServer.StartAsync(_ => new(404, ""));
        await using var pull = new Pull();
        var told = Pull.Tell(await pull.AskAsync(Define(pull, server, "auth: { scheme: bearer, token: '{key}' }\nrequest: { path: '/v1/{key}/logs' }")));
        Assert.StartsWith("Refused 404: GET /v1/{key}/logs answered 404.", told, StringComparison.Ordinal);
        Assert.Equal("/v1/s3cret%2Fof%20acme/logs", Assert.Single(server.Requests).PathAndQuery);
    }

    [Theory]
    [InlineData("AccessToken-1")]
    [InlineData("QWNjZXNzVG9rZW4tMQ")]           // in base64
    [InlineData("x%252FAccessToken%252D1")]
    [InlineData("s3cret%2Fof%20acme")]
    [InlineData("dTpzM2NyZXQvb2YgYWNtZQ==")]     // u:secret
    public async Task A_cursor_that_holds_a_credential_is_refused(string repeated)
    {
        await using var server = await ScriptedServer.StartAsync(request => new(200, request.PathAndQuery == "/token"
            ? """{"access_token":"AccessToken-1"}"""
            : $$"""{"data":[{"id":1,"at":"2026-01-01T00:00:00Z"}],"next":"p2-{{repeated}}"}"""));
        await using var pull = new Pull();
        var told = Pull.Tell(await pull.AskAsync(Define(
            pull,
            server,
            "auth: { scheme: oauth2, tokenUrl: /token, clientId: c, clientSecret: '{key}' }\nevents: { path: data }\npaging: { kind: cursor, path: next }\nrequest: { query: { c: '{cursor}' } }")));
        Assert.StartsWith("Refused 0: the vendor repeats a secret in the cursor of the next page, which would be stored", told, StringComparison.Ordinal);
        Assert.DoesNotContain(repeated, told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_that_is_kept_because_it_is_broken_holds_no_secret()
    {
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes("ada:" + Secret));
        await using var server = await ScriptedServer.StartAsync(_ => new(200, $$"""{"data":[{"id":1,"at":"2026-01-01T00:00:00Z"}],"you":"{{Secret}}","auth":"Basic {{basic}}" """));
        await using var pull = new Pull();
        var failed = Assert.IsType<PageResult.Failed>(await pull.AskAsync(Define(pull, server, "auth: { scheme: basic, username: ada, password: '{key}' }\nevents: { path: data }")));
        using var broken = failed.Broken;
        var kept = Encoding.UTF8.GetString(broken!.Bytes.Span);
        Assert.StartsWith("""{"data":[{"id":1,"at":"2026-01-01T00:00:00Z"}],"you":"**************","auth":"Basic """, kept, StringComparison.Ordinal);
        Assert.DoesNotContain(basic, kept, StringComparison.Ordinal);
        Assert.Equal(1, broken.Cut.Count);
    }

    [Fact]
    public async Task A_signature_that_a_vendor_repeats_is_neither_shown_nor_kept()
    {
        await using var server = await ScriptedServer.StartAsync(request => new(200, $$"""{"data":[{"id":1,"at":"2026-01-01T00:00:00Z"}],"you":"{{request.Header("Authorization")}}" """));
        await using var pull = new Pull();
        var failed = Assert.IsType<PageResult.Failed>(await pull.AskAsync(Define(
            pull, server, "auth: { scheme: aws-signature, accessKeyId: AKID, secretAccessKey: '{key}', region: eu-west-1, service: execute-api }\nevents: { path: data }")));
        using var broken = failed.Broken;
        var signature = server.Requests[0].Header("Authorization")!.Split("Signature=")[1];
        Assert.Matches("^[0-9a-f]{64}$", signature);
        var kept = Encoding.UTF8.GetString(broken!.Bytes.Span);
        Assert.Contains("SignedHeaders=host;x-amz-date, Signature=****", kept, StringComparison.Ordinal);
        Assert.DoesNotContain(signature[..10], kept, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Secret)]
    [InlineData("x s3cret%2Fof%20acme x")]
    [InlineData("AccessToken-1")]
    public async Task A_partition_whose_key_would_hold_a_credential_is_left_out(string repeated)
    {
        await using var server = await ScriptedServer.StartAsync(request => new(200, request.PathAndQuery == "/token"
            ? """{"access_token":"AccessToken-1"}"""
            : $$"""{"data":["good","{{repeated}}","{{new string('x', 3_000)}}"]}"""));
        await using var pull = new Pull();
        var source = Define(
            pull,
            server,
            "auth: { scheme: oauth2, tokenUrl: /token, clientId: c, clientSecret: '{key}' }\nevents: { path: data }\npartitions: { org: { request: { path: /orgs }, path: data, every: 30m } }\nrequest: { path: '/{partition.org}/logs' }");
        var found = await new PartitionDiscovery(pull.Client, pull.Time).FindAsync(source, CancellationToken.None);
        Assert.Equal(["good"], found.Keys);
        Assert.Equal(2, found.Refused.Count);
        Assert.Contains("a value of level 'org' repeats a secret, and would stand in tables and logs", found.Refused);
        Assert.All(found.Refused, told => Assert.True(!told.Contains(repeated, StringComparison.Ordinal) && told.Length < 200, told));
    }

    [Theory]
    [InlineData("""{"id":"AccessToken-1"}""", "", "id")]
    [InlineData("""{"id":"j-1"}""", """{"state":"done","url":"https://files.acme.example/f?access_token=AccessToken-1"}""", "url")]
    [InlineData("""{"id":"j-1"}""", """{"state":"done","url":"/f?key=s3cret%2Fof%20acme"}""", "url")]
    public async Task A_job_whose_cursor_would_hold_a_credential_is_refused(string submitted, string done, string where)
    {
        await using var server = await ScriptedServer.StartAsync(request => new(200, request.PathAndQuery == "/token" ? """{"access_token":"AccessToken-1"}"""
            : request.Method == "POST" ? submitted
            : done));
        await using var pull = new Pull();
        var source = Define(
            pull,
            server,
            """
            auth: { scheme: oauth2, tokenUrl: /token, clientId: c, clientSecret: '{key}' }
            job:
              submit: { method: POST, path: /jobs }
              handle: id
              poll: { path: '/jobs/{job.handle}' }
              state: { path: state, ready: [done] }
              capture: { file: url }
              wait: 10s
              atMost: 30m
            request: { path: '/files', query: { f: '{job.file}' } }
            events: { path: data }
            """);
        var jobs = new JobPages(pull.Client, pull.Time);
        var result = await AskAsync(null);
        result = result is PageResult.Page page ? await AskAsync(page.End.Cursor) : result;
        Assert.Equal(
            $"the vendor repeats a secret at '{where}' of its answer about the job, which would be stored; use another way of authentication.",
            Assert.IsType<PageResult.Refused>(result).Reason);

        Task<PageResult> AskAsync(string? cursor) =>
            jobs.GetPageAsync(source, new PageQuery(pull.Time.GetUtcNow() - TimeSpan.FromDays(1), pull.Time.GetUtcNow(), cursor), CancellationToken.None);
    }

    [Fact]
    public async Task A_secret_that_no_header_can_hold_is_said_and_not_shown()
    {
        await using var server = await ScriptedServer.StartAsync(_ => new(200, """{"data":[]}"""));
        await using var pull = new Pull();
        var source = Define(pull, server, "auth: { scheme: bearer, token: '{key}' }\nevents: { path: data }");
        pull.SetSecret("key", "s3cret\u2013of acme");
        var told = Pull.Tell(await pull.AskAsync(source));
        Assert.StartsWith("Refused 0: header Authorization would hold a character that no header can", told, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", told, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    /// <summary>Only the start of an answer is shown, and only so much of it is looked at: a secret that stands across that border is not shown in part.</summary>
    [Fact]
    public async Task What_a_person_sees_of_an_answer_holds_no_part_of_a_secret()
    {
        var token = string.Concat(Enumerable.Range(0, 380).Select(at => $"k{at:0000}"));
        var padding = 0;
        await using var server = await ScriptedServer.StartAsync(request => new(200, request.PathAndQuery == "/token"
            ? $$"""{"access_token":"{{token}}"}"""
            : $$"""{"data":[],"pad":"{{new string('.', padding)}}","you":["{{string.Join("\",\"", Enumerable.Repeat(token, 50))}}"]}"""));
        await using var pull = new Pull();
        var source = Define(pull, server, "auth: { scheme: oauth2, tokenUrl: /token, clientId: c, clientSecret: '{key}' }\nevents: { path: data }");
        for (; padding < 2_000; padding += 90)
        {
            var notes = new PageNotes();
            await pull.Client.GetPageAsync(source, new PageQuery(Pull.From, pull.Time.GetUtcNow(), null) { Inspection = notes }, CancellationToken.None);
            var shown = notes.Exchanges[^1].AnswerStart!;
            Assert.Contains("(secret)", shown, StringComparison.Ordinal);
            Assert.DoesNotMatch("k[0-9]{4}", shown);
        }
    }

    /// <summary>What is said of a page to who tries a template out names keys and shows values, shortened: secrets are taken out before.</summary>
    [Theory]
    [InlineData("""{"data":[{"id":1,"at":"TOKEN"}]}""", "such as '(secret)'")]
    [InlineData("""{"data":[{"id":1,"TOKEN":"2026-01-01T00:00:00Z"}]}""", "keys there: id, (secret)")]
    [InlineData("""{"TOKEN":[{"id":1,"at":"2026-01-01T00:00:00Z"}]}""", "keys there: (secret)")]
    [InlineData("""{"data":[],"TOKEN":[{"id":1,"at":"2026-01-01T00:00:00Z"}]}""", "1 at '(secret)'")]
    public async Task What_is_found_on_a_page_repeats_no_secret(string page, string shown)
    {
        var token = string.Concat(Enumerable.Range(0, 20).Select(at => $"k{at:0000}"));
        await using var server = await ScriptedServer.StartAsync(request => new(200, request.PathAndQuery == "/token" ? $$"""{"access_token":"{{token}}"}""" : page.Replace("TOKEN", token, StringComparison.Ordinal)));
        await using var pull = new Pull();
        var notes = new PageNotes();
        var source = Define(pull, server, "auth: { scheme: oauth2, tokenUrl: /token, clientId: c, clientSecret: '{key}' }\nevents: { path: data }");
        var result = await pull.Client.GetPageAsync(source, new PageQuery(Pull.From, pull.Time.GetUtcNow(), null) { Inspection = notes }, CancellationToken.None);
        var found = string.Join('\n', notes.Page!.Lines.Select(line => line.Text));
        Assert.Contains(shown, found, StringComparison.Ordinal);
        Assert.DoesNotContain("k0000", found, StringComparison.Ordinal);
        if (result is PageResult.Page { Content: { Elsewhere: { } elsewhere } content })
        {
            Assert.Equal("(secret)", elsewhere.Path);
            content.Dispose();
        }
    }

    private static SourceDefinition Define(Pull pull, ScriptedServer server, string yaml)
    {
        pull.SetSecret("key", Secret);
        return Pull.DefineYaml(server.BaseUrl, $"parameters: {{ key: {{ description: Key., secret: true }} }}\n{yaml}\nid: id\ntime: at", ("key", "secret:key"));
    }
}
