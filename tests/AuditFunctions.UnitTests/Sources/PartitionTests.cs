using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Partitions;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Sources;

/// <summary>Partitions as a definition says them, and how they are looked up at a vendor.</summary>
public sealed class PartitionTests
{
    private const string TwoLevels = """
        partitions:
          region:
            request: { path: /regions }
            path: regions
            every: 30m
          compartment:
            request: { path: "/regions/{partition.region}/compartments", query: { page: "{cursor}" } }
            paging: { kind: cursor, path: next }
            path: data
            value: id
            filter: [{ path: state, is: [ACTIVE, NEW] }]
        """;

    private static CancellationToken Patience => new CancellationTokenSource(TimeSpan.FromMinutes(10)).Token;

    [Theory]
    [InlineData("eu-1", "eu-1")]
    [InlineData("a/b", "a%2Fb")]
    [InlineData("100%", "100%25")]
    [InlineData("*", "%2A")]
    [InlineData("default", "%64efault")]
    [InlineData("été 😀", "été 😀")]
    public void Key_of_one_value_reads_back(string value, string key)
    {
        Assert.Equal(key, PartitionKey.Of([value]));
        Assert.Equal([value], PartitionKey.ValuesOf(key, 1));
        Assert.Equal(["eu", value], PartitionKey.ValuesOf(PartitionKey.Of(["eu", value]), 2));
        Assert.Null(PartitionKey.ValuesOf(key, 2));
    }

    [Theory]
    [InlineData("*")]              // the look-up
    [InlineData("default")]        // a source with one partition
    [InlineData("a%2fb")]          // another spelling of one
    [InlineData("%41")]
    public void Key_that_names_no_partition_has_no_values(string key) => Assert.Null(PartitionKey.ValuesOf(key, 1));

    [Fact]
    public void Listed_partitions_are_every_pair_of_values()
    {
        var source = Define("https://api.example.com", """
            partitions:
              org: { values: "{orgs}" }
              app: { values: [login, "a/b"] }
            """, "org={partition.org}&app={partition.app}", ("orgs", "acme, other ,acme"));

        Assert.Equal(["acme/login", "acme/a%2Fb", "other/login", "other/a%2Fb"], source.Partitions!.Listed);
        Assert.False(source.Partitions.AreLookedUp);
        Assert.Equal(new Dictionary<string, string> { ["org"] = "other", ["app"] = "a/b" }, source.Partitions.ValuesOf("other/a%2Fb"));
    }

    [Fact]
    public async Task Look_up_reads_each_level_below_each_value_of_the_one_above()
    {
        await using var vendor = await ScriptedServer.StartAsync(request => request.PathAndQuery switch
        {
            "/regions" => new(200, """{"regions":["eu","us"]}"""),
            "/regions/eu/compartments" => new(200, """{"data":[{"id":"c1","state":"ACTIVE"},{"id":"c2","state":"DELETED"}],"next":"2"}"""),
            "/regions/eu/compartments?page=2" => new(200, """{"data":[{"id":"c3","state":"NEW"},{"id":"c1","state":"ACTIVE"}],"next":null}"""),
            "/regions/us/compartments" => new(200, """{"data":[{"id":7,"state":"ACTIVE"},{"state":"ACTIVE"}],"next":null}"""),
            _ => new(404, ""),
        });
        var found = await FindAsync(Define(vendor.BaseUrl, TwoLevels, "r={partition.region}&c={partition.compartment}"));

        Assert.Null(found.Failure);
        Assert.Equal(["eu/c1", "eu/c3", "us/7"], found.Keys);
        Assert.False(found.IsUnknown("eu/gone"));
    }

    [Fact]
    public async Task Look_up_that_names_no_page_size_has_no_full_page()
    {
        await using var vendor = await ScriptedServer.StartAsync(request => request.PathAndQuery == "/regions"
            ? new(200, """{"regions":["eu"]}""")
            : new(200, $$"""{"data":[{{string.Join(',', Enumerable.Range(0, 100).Select(one => $$"""{"id":{{one}},"state":"NEW"}"""))}}]}"""));
        var found = await FindAsync(Define(vendor.BaseUrl, TwoLevels, "r={partition.region}&c={partition.compartment}"));

        Assert.Null(found.Failure);
        Assert.Equal(100, found.Keys.Count);
    }

    /// <summary>What is no text would be refused wherever it goes, and with it what it travels with.</summary>
    [Fact]
    public async Task Value_that_is_no_text_is_left_out_and_the_longest_key_may_be_sent()
    {
        await using var vendor = await ScriptedServer.StartAsync(request => request.PathAndQuery == "/regions"
            ? new(200, $$"""{"regions":["{{new string('/', 256)}}"]}""")
            : new(200, $$"""{"data":[{"id":"a\ud800","state":"NEW"},{"id":"\udfff","state":"NEW"},{"id":"\ufffd","state":"NEW"},{"id":"{{new string('%', 256)}}","state":"NEW"}]}"""));
        var found = await FindAsync(Define(vendor.BaseUrl, TwoLevels, "r={partition.region}&c={partition.compartment}"));

        Assert.Equal(PartitionKey.MaxLength - 2, Assert.Single(found.Keys).Length);
        Assert.Equal(2, found.Refused.Count);
        Assert.All(found.Refused, told => Assert.Contains("holds half of a surrogate pair", told, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Look_up_goes_by_its_own_paging_and_not_by_that_of_the_events()
    {
        await using var vendor = await ScriptedServer.StartAsync(request => request.PathAndQuery switch
        {
            "/regions" => new(200, """{"regions":["eu"]}"""),
            "/regions/eu/compartments" => new(200, """{"data":[{"id":"c1","state":"NEW"}],"next":"p;2;1;1;0"}"""),
            "/regions/eu/compartments?page=p%3B2%3B1%3B1%3B0" => new(200, """{"data":[{"id":"c2","state":"NEW"}],"next":"p;3;1;1;0"}"""),
            "/regions/eu/compartments?page=p%3B3%3B1%3B1%3B0" => new(200, """{"data":[{"id":"c3","state":"NEW"}],"next":null}"""),
            _ => new(404, ""),
        });
        var found = await FindAsync(Define(vendor.BaseUrl, TwoLevels + "\npaging: { kind: page }", "r={partition.region}&c={partition.compartment}&page={page}"));

        Assert.Null(found.Failure);
        Assert.Equal(["eu/c1", "eu/c2", "eu/c3"], found.Keys);
    }

    [Fact]
    public async Task What_could_not_be_looked_up_is_unknown_and_the_rest_is_found()
    {
        await using var vendor = await ScriptedServer.StartAsync(request => request.PathAndQuery switch
        {
            "/regions" => new(200, """{"regions":["eu","us"]}"""),
            "/regions/us/compartments" => new(200, """{"data":[{"id":"c9","state":"ACTIVE"}],"next":null}"""),
            _ => new(403, """{"message":"not subscribed"}"""),
        });
        var found = await FindAsync(Define(vendor.BaseUrl, TwoLevels, "r={partition.region}&c={partition.compartment}"));

        Assert.IsType<PageResult.Refused>(found.Failure);
        Assert.Equal(["us/c9"], found.Keys);
        Assert.True(found.IsUnknown("eu/c1"));
        Assert.False(found.IsUnknown("us/gone"));
    }

    [Theory]
    [InlineData("""{"regions":[]}""", "lists no partitions at all")]
    [InlineData("""{"message":"Come back later"}""", "holds no events at 'regions'")]
    public async Task Look_up_that_finds_nothing_fails(string answer, string reason)
    {
        await using var vendor = await ScriptedServer.StartAsync(_ => new(200, answer));
        var found = await FindAsync(Define(vendor.BaseUrl, TwoLevels, "r={partition.region}&c={partition.compartment}"));

        Assert.Contains(reason, Assert.IsType<PageResult.Failed>(found.Failure).Reason, StringComparison.Ordinal);
        Assert.Empty(found.Keys);
        Assert.True(found.IsUnknown("eu/c1"));
    }

    // It has no 'paging', so that what lies behind would never be fetched.
    [Theory]
    [InlineData(11, true)]
    [InlineData(12, false)]
    [InlineData(13, true)]
    public async Task A_list_of_as_many_partitions_as_were_asked_for_may_not_be_all(int listed, bool isAll)
    {
        await using var vendor = await ScriptedServer.StartAsync(_ => new(200, $$"""{"data":[{{string.Join(',', Enumerable.Range(1, listed).Select(number => $$"""{"id":"s{{number}}"}"""))}}]}"""));
        var found = await FindAsync(Define(vendor.BaseUrl, """
            partitions:
              site: { request: { path: /sites, query: { limit: "12" } }, path: data, value: id }
            """, "s={partition.site}"));

        Assert.Equal(isAll ? listed : 0, found.Keys.Count);
        Assert.Equal(isAll, found.Failure is null);
        Assert.True(isAll || ((PageResult.Failed)found.Failure!).Reason.Contains("asks for 12 items and gets as many", StringComparison.Ordinal));
        Assert.Equal(!isAll, found.IsUnknown("s99"));
    }

    [Theory]
    [InlineData(403, """{"code":"Throttled","seconds":30}""", "Throttled 403, 30 s", "us/c9", true)]
    [InlineData(403, """{"code":"NotSubscribed"}""", "", "us/c9", true)]                           // passed over: what is known of it goes on
    [InlineData(404, "", "", "us/c9", false)]                                                      // none are there: those that were known are gone
    [InlineData(200, """{"data":[],"next":null,"state":"NO_ACCESS"}""", "Refused 200", "us/c9", true)]
    [InlineData(200, """{"data":[{"id":"c1","state":"NEW"}],"next":null,"error":"none to speak of"}""", "", "eu/c1,us/c9", false)]
    [InlineData(200, """{"data":[{"id":"c1","state":"NEW"}],"next":null,"partial":true}""", "Failed 200", "us/c9", true)]
    [InlineData(403, """{"code":"Forbidden"}""", "Refused 403", "us/c9", true)]                    // no rule says anything of it
    [InlineData(403, """{"message":"API rate limit exceeded"}""", "Throttled 403", "us/c9", true)] // nor of this, but its words do
    public async Task Rules_say_what_an_answer_to_a_look_up_means(int status, string answer, string failure, string keys, bool isUnknown)
    {
        await using var vendor = await ScriptedServer.StartAsync(request => request.PathAndQuery switch
        {
            "/regions" => new(200, """{"regions":["eu","us"]}"""),
            "/regions/us/compartments" => new(200, """{"data":[{"id":"c9","state":"ACTIVE"}],"next":null}"""),
            _ => new(status, answer),
        });
        const string Rules = """

                errors:
                  - { status: 403, path: code, is: Throttled, action: throttle, wait: seconds }
                  - { status: 403, path: code, is: NotSubscribed, action: skip }
                  - { status: 404, action: empty }
                  - { path: state, is: NO_ACCESS, action: refuse }
                  - { path: partial }
                  - { path: error, action: ignore }
            """;
        var found = await FindAsync(Define(vendor.BaseUrl, TwoLevels + Rules, "r={partition.region}&c={partition.compartment}"));

        Assert.StartsWith(failure, found.Failure is null ? "" : Pull.Tell(found.Failure), StringComparison.Ordinal);
        Assert.Equal(failure.Length == 0, found.Failure is null);
        Assert.Equal(keys.Split(','), found.Keys);
        Assert.Equal(isUnknown, found.IsUnknown("eu/c1"));
        Assert.False(found.IsUnknown("us/gone"));
    }

    [Fact]
    public async Task Look_up_whose_values_are_all_passed_over_says_so_and_takes_nothing_away()
    {
        await using var vendor = await ScriptedServer.StartAsync(request => request.PathAndQuery == "/regions" ? new(200, """{"regions":["eu","us"]}""") : new(403, ""));
        var found = await FindAsync(Define(vendor.BaseUrl, TwoLevels + "\n    errors: [{ status: 403, action: skip }]", "r={partition.region}&c={partition.compartment}"));

        Assert.Contains("are passed over", Assert.IsType<PageResult.Failed>(found.Failure).Reason, StringComparison.Ordinal);
        Assert.Empty(found.Keys);
        Assert.True(found.IsUnknown("eu/c1") && found.IsUnknown("us/c9"));
    }

    [Theory]
    [InlineData("circle", "lead in a circle")]
    [InlineData("endless", "more than 1,000 pages")]
    [InlineData("million", "more than 10,000 partitions")]
    public async Task Look_up_that_never_ends_is_bounded(string how, string reason)
    {
        var page = 0;
        await using var vendor = await ScriptedServer.StartAsync(request => request.PathAndQuery == "/regions"
            ? new(200, """{"regions":["eu"]}""")
            : how switch
            {
                "circle" => new(200, $$"""{"data":[{"id":"c{{page}}","state":"NEW"}],"next":"{{++page % 3}}"}"""),
                "endless" => new(200, $$"""{"data":[],"next":"{{++page}}"}"""),
                _ => new(200, $$"""{"data":[{{string.Join(',', Enumerable.Range(2_000 * page++, 2_000).Select(one => $$"""{"id":{{one}},"state":"NEW"}"""))}}],"next":"{{page}}"}"""),
            });
        var found = await FindAsync(Define(vendor.BaseUrl, TwoLevels, "r={partition.region}&c={partition.compartment}"));

        Assert.Contains(reason, Assert.IsType<PageResult.Failed>(found.Failure).Reason, StringComparison.Ordinal);
        Assert.Empty(found.Keys);
    }

    [Fact]
    public async Task Values_that_lead_elsewhere_are_left_out_and_named()
    {
        await using var vendor = await ScriptedServer.StartAsync(request => new(200, request.PathAndQuery == "/regions" ? """{"regions":["eu","..","a\u0000b",""]}""" : """{"data":[{"id":"c1","state":"NEW"}],"next":null}"""));
        var found = await FindAsync(Define(vendor.BaseUrl, TwoLevels, "r={partition.region}&c={partition.compartment}"));

        Assert.Equal(["eu/c1"], found.Keys);
        Assert.Equal(3, found.Refused.Count);
        Assert.StartsWith("region '..' leads elsewhere", found.Refused[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://audit.{partition.region}.example.com", "eu-1", true)]
    [InlineData("https://audit.{partition.region}.example.com", "evil.net/x", false)]
    [InlineData("https://audit.{partition.region}.example.com", "evil.net", false)]
    [InlineData("https://audit.{partition.region}.example.com", "-eu", false)]
    [InlineData("https://api.example.com/{partition.region}", "evil.net/x", true)]
    public void Value_in_a_host_is_one_label_of_it(string baseUrl, string value, bool isGood)
    {
        var source = Define(baseUrl, """
            partitions:
              region: { baseUrl: "https://identity.example.com", request: { path: /regions } }
            """, "r={partition.region}");

        Assert.Equal("https://identity.example.com/regions", source.Partitions!.Levels[0].Lookup!.Request.Url.ToString());
        Assert.Equal(isGood, source.Partitions.Levels[0].WhatIsWrong(value) is null);
        Assert.Equal(isGood, source.Partitions.ValuesOf(PartitionKey.Of([value])) is not null);
    }

    [Fact]
    public async Task Row_that_says_where_everything_is_moves_the_look_ups_too()
    {
        await using var vendor = await ScriptedServer.StartAsync(_ => new(200, """["eu"]"""));
        var source = Define("https://audit.{partition.region}.example.com", """
            partitions:
              region: { baseUrl: "https://identity.example.com", request: { path: /regions } }
            """, "from={from}", ("baseUrl", vendor.BaseUrl));

        Assert.Equal(["eu"], (await FindAsync(source)).Keys);
        Assert.Equal($"{vendor.BaseUrl}/events", source.Request.Url.ToString());
    }

    [Fact]
    public async Task Listed_values_stand_beside_those_that_are_looked_up()
    {
        await using var vendor = await ScriptedServer.StartAsync(_ => new(200, """["b","root","c"]"""));
        var source = Define(vendor.BaseUrl, "partitions: { unit: { values: [root], request: { path: /units } } }", "u={partition.unit}");
        Assert.Equal(["root", "b", "c"], (await FindAsync(source)).Keys);
    }

    [Theory]
    [InlineData("partitions: {}", "r=1", "partitions", "has 0 levels")]
    [InlineData("partitions: { a: { values: [x] }, b: { values: [x] }, c: { values: [x] } }", "r={partition.a}{partition.b}{partition.c}", "partitions", "has 3 levels")]
    [InlineData("partitions: { A b: { values: [x] } }", "r=1", "partitions.A b", "is no name")]
    [InlineData("partitions: { a: x }", "r={partition.a}", "partitions.a", "must be a level")]
    [InlineData("partitions: { a: {} }", "r={partition.a}", "partitions.a.request", "is missing")]
    [InlineData("partitions: { a: { values: [] } }", "r={partition.a}", "partitions.a.values", "is empty")]
    [InlineData("partitions: { a: { values: [x] } }", "r=1", "partitions", "no request uses '{partition.a}'")]
    [InlineData("partitions: { a: { values: [x] } }", "r={partition.a}&s={partition.b}", "request", "the levels are a")]
    [InlineData("partitions: { a: { every: 1h, values: [x] } }", "r={partition.a}", "partitions.a.every", "is not known here")]
    [InlineData("interval: 1m", "r={partition.a}", "request", "there are no partitions")]
    [InlineData("partitions: { a: { request: { path: '/{partition.a}' } } }", "r={partition.a}", "partitions", "not known yet")]
    [InlineData("partitions: { a: { request: { path: /x }, filter: [{ path: state }] } }", "r={partition.a}", "partitions.a.filter.is", "is missing")]
    [InlineData("partitions: { a: { values: [x], colour: red } }", "r={partition.a}", "partitions.a.colour", "is not known here")]
    [InlineData("partitions: { a: { request: { path: /x }, filtre: [] } }", "r={partition.a}", "partitions.a.filtre", "Did you mean 'filter'?")]
    [InlineData("partitions: { a: { request: { path: /x, qeury: {} } } }", "r={partition.a}", "partitions.a.request.qeury", "Did you mean 'query'?")]
    [InlineData("partitions: { a: { request: { path: /x }, filter: [{ path: state, si: A }] } }", "r={partition.a}", "partitions.a.filter.si", "Did you mean 'is'?")]
    [InlineData("partitions: { a: { request: { path: /x }, errors: [{ status: 404, action: gone }] } }", "r={partition.a}", "partitions.a.errors.action", "allowed: retry, throttle, refuse, empty, ignore.")]
    [InlineData("partitions: { a: { request: { path: /x }, errors: [{ status: 404, action: skip }] } }", "r={partition.a}", "partitions.a.errors.action", "allowed: retry, throttle, refuse, empty, ignore.")]
    public void What_cannot_work_is_refused_with_its_place(string partitions, string query, string where, string what)
    {
        var problems = ProblemsOf("https://api.example.com", partitions.StartsWith("partitions", StringComparison.Ordinal) ? partitions : "", query);
        Assert.Contains(problems, problem => problem.StartsWith(where, StringComparison.Ordinal) && problem.Contains(what, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("https://{partition.a}", "in which domain")]
    [InlineData("https://api.{partition.a}", "in which domain")]
    [InlineData("https://api.{cursor}.example.com", "only levels of partitions")]
    public void Host_that_a_vendor_could_choose_is_refused(string baseUrl, string what) =>
        Assert.Contains(ProblemsOf(baseUrl, "partitions: { a: { values: [x] } }", "r={partition.a}"), problem => problem.Contains(what, StringComparison.Ordinal));

    private static async Task<FoundPartitions> FindAsync(SourceDefinition source)
    {
        await using var pull = new Pull();
        return await new PartitionDiscovery(pull.Client, pull.Time).FindAsync(source, Patience);
    }

    private static SourceDefinition Define(string baseUrl, string partitions, string query, params (string Column, string? Value)[] more) =>
        Pull.Define([("definition", Yaml(baseUrl, partitions, query)), .. more]);

    private static IReadOnlyList<string> ProblemsOf(string baseUrl, string partitions, string query) => Pull.ProblemsOf(("definition", Yaml(baseUrl, partitions, query)));

    private static string Yaml(string baseUrl, string partitions, string query) => $$"""
        parameters:
          orgs: { description: Organisations., required: false }
        baseUrl: "{{baseUrl}}"
        request: { path: /events, query: "{{query}}" }
        events: { path: data }
        id: id
        time: time
        {{partitions}}
        """;
}
