using System.Text;
using AuditFunctions.Events;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Tests.Sources;

namespace AuditFunctions.Tests.Hostile;

/// <summary>Which events are set aside, and which pages are no pages at all.</summary>
public sealed class BadEventTests
{
    private static readonly ReadingDefinition Data =
        Pull.DefineYaml("https://api.example.com", "{ events: { path: data }, id: id, time: at, request: { path: /x, query: { c: '{cursor}' } }, paging: { kind: cursor, path: next } }").Reading;

    private static readonly ReadingDefinition Lines =
        Pull.DefineYaml("https://api.example.com", "{ events: { format: json-lines }, id: id, time: at, request: { path: /x } }").Reading;

    [Theory]
    [InlineData("""{"data":[{"id":1},{"id":2 x},{"id":3}],"next":"n"}""", "{\"id\":1}|{\"id\":3}", "{\"id\":2 x}")]
    [InlineData("""{"data":[{"id":01},{"id":2}]}""", "{\"id\":2}", "{\"id\":01}")]
    [InlineData("""{"data":[{"id":1},{"id":+2}]}""", "{\"id\":1}", "{\"id\":+2}")]                                 // the last: the comma before it goes too
    [InlineData("""{"data":[{"id":+1},{"id":+2}]}""", "", "{\"id\":+1}|{\"id\":+2}")]                              // all
    [InlineData("""{"data":[{"id":1},{"id":+2},{"id":+3}]}""", "{\"id\":1}", "{\"id\":+2}|{\"id\":+3}")]
    [InlineData("""{"data":[{id:1},{"id":2}]}""", "{\"id\":2}", "{id:1}")]                                          // names without quotes
    [InlineData("""{"data":[{'id':1},{"id":2}]}""", "{\"id\":2}", "{'id':1}")]
    [InlineData("""{"data":[{"id":1,},{"id":2}]}""", "{\"id\":2}", "{\"id\":1,}")]                                 // a comma too many
    [InlineData("""{"data":[{"id":"a\qb"},{"id":2}]}""", "{\"id\":2}", "{\"id\":\"a\\qb\"}")]
    [InlineData("""{"data":[{"id":"say "hi" now"},{"id":2}]}""", "{\"id\":2}", "{\"id\":\"say \"hi\" now\"}")]     // quotes in pairs
    [InlineData("""{"data":[NaN,{"id":2}]}""", "{\"id\":2}", "NaN")]
    [InlineData("""{"data":{"a":{"id":1},"b":{"id":x},"c":{"id":3}}}""", "{\"id\":1}|{\"id\":3}", "\"b\":{\"id\":x}")]  // a map of events
    [InlineData("""{"data":{"a":{"id":1},b:{"id":2}}}""", "{\"id\":1}", "b:{\"id\":2}}}")]                                       // the last, and its brackets may not count: with the rest of the page
    [InlineData("""{"data":{"a":{"id":1},"b":{"x""id":2}},"c":{"id":3},"d":{"y":{"id":4}}}""", "{\"id\":1}", "\"b\":{\"x\"\"id\":2}},\"c\":{\"id\":3},\"d\":{\"y\":{\"id\":4}}}")]  // a bracket too many, and one too few
    public void An_event_whose_fault_ends_with_it_is_set_aside(string page, string events, string aside)
    {
        using var read = MutatedPageTests.Read(Encoding.UTF8.GetBytes(page), Data);
        Assert.Null(read.Error);
        Assert.Equal(events, string.Join('|', MutatedPageTests.Pack(read.Content, Data)));
        Assert.Equal(aside, string.Join('|', read.Content.Cut.Quarantined.Select(bad => Encoding.UTF8.GetString(bad.Bytes.Span))));
        Assert.All(read.Content.Cut.Quarantined, bad => Assert.Matches(@"^the event at byte \d+ of its page is no JSON: at byte \d+, Expected ", bad.Reason));
        Assert.Equal(page.Contains("next", StringComparison.Ordinal), read.Content.Cut.PageField(0).Kind == JsonKind.String);
    }

    [Theory]
    [InlineData("""{"data":[{"id":1},{"id":2},{"id":""", "{\"id\":1}|{\"id\":2}")]            // cut off
    [InlineData("""{"data":[{"id":1},{"id":x},{"id":3},{"id":""", "{\"id\":1}|{\"id\":3}")]   // cut off, with a bad event before
    [InlineData("""{"data":[{"id":1},{"id":2]}""", "{\"id\":1}")]                             // a bracket of the wrong kind
    [InlineData("""{"data":[{"id":1},{"id":"2},{"id":3}]}""", "{\"id\":1}")]                  // a quote too few
    [InlineData("""{"data":[{"id":1},]}""", "{\"id\":1}")]
    [InlineData("""{"data":[{"id":1}],"next":x}""", "{\"id\":1}")]                            // the fault is outside of the events
    [InlineData("""{"data":[{"id":1}]} {"data":[{"id":2}]}""", "{\"id\":1}")]
    [InlineData("""{"bad":x,"data":[{"id":1}]}""", "")]
    [InlineData("<html>", "")]
    [InlineData("data", "")]
    [InlineData("{", "")]
    public void A_page_that_is_broken_keeps_its_bytes_and_the_events_before_the_fault(string page, string events)
    {
        using var read = MutatedPageTests.Read(Encoding.UTF8.GetBytes(page), Data);
        Assert.NotNull(read.Error);
        Assert.Equal(events, string.Join('|', MutatedPageTests.Pack(read.Content, Data)));
    }

    [Theory]
    [InlineData("{\"id\":1}\nnot json\n{\"id\":2}\n", "{\"id\":1}|{\"id\":2}", "not json")]
    [InlineData("{\"id\":1}\n{\"id\":\n{\"id\":2}\n", "{\"id\":1}|{\"id\":2}", "{\"id\":")]          // a torn line among good ones
    [InlineData("{\"id\":1}\r\n{\"id\":x}\r\n", "{\"id\":1}", "{\"id\":x}")]
    [InlineData("{\"id\":x}\n", "", "{\"id\":x}")]                                                   // whole, though no JSON
    [InlineData("{\"id\":1}\n{\"id\":", "{\"id\":1}", null)]                                         // the last line is cut off
    [InlineData("<html>\n<body>\n", "", null)]
    [InlineData("{\n\"error\": \"no\"\n}\n", "", null)]                                              // an error written over several lines
    public void A_bad_line_is_set_aside_and_a_torn_end_is_not(string page, string events, string? aside)
    {
        using var read = MutatedPageTests.Read(Encoding.UTF8.GetBytes(page), Lines);
        Assert.Equal(aside is null, read.Error is not null);
        Assert.Equal(events, string.Join('|', MutatedPageTests.Pack(read.Content, Lines)));
        Assert.Equal(aside ?? "", string.Join('|', read.Content.Cut.Quarantined.Select(bad => Encoding.UTF8.GetString(bad.Bytes.Span))));
    }

    [Fact]
    public void Nesting_a_thousand_deep_is_delivered_and_five_thousand_deep_is_set_aside()
    {
        static string Deep(int levels) => $"{{\"id\":{levels},\"v\":{new string('[', levels)}{new string(']', levels)}}}";
        using var read = MutatedPageTests.Read(Encoding.UTF8.GetBytes($"{{\"data\":[{Deep(1_000)},{Deep(5_000)},{Deep(1)}]}}"), Data);
        Assert.Null(read.Error);
        Assert.Equal([Deep(1_000), Deep(1)], MutatedPageTests.Pack(read.Content, Data));
        Assert.Equal(Deep(5_000), Encoding.UTF8.GetString(Assert.Single(read.Content.Cut.Quarantined).Bytes.Span));
    }

    [Fact]
    public void Too_many_bad_events_make_a_bad_page()
    {
        using var read = MutatedPageTests.Read(Encoding.UTF8.GetBytes("{\"data\":[" + string.Join(',', Enumerable.Repeat("{x}", 10_001)) + "]}"), Data);
        Assert.NotNull(read.Error);
    }
}
