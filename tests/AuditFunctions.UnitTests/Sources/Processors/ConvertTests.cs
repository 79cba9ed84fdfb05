namespace AuditFunctions.Tests.Sources.Processors;

/// <summary><c>convert</c> and <c>lift</c>: each kind of value, and what stands in the way.</summary>
public sealed class ConvertTests
{
    [Theory]
    [InlineData("number", "\"0403\"", "403")]
    [InlineData("number", "\" -12.50 \"", "-12.50")]
    [InlineData("number", "\"+00\"", "0")]
    [InlineData("number", "\"000.5e-3\"", "0.5e-3")]
    [InlineData("number", "\"123456789012345678901234567890\"", "123456789012345678901234567890")]
    [InlineData("number", "\"\\u0031\"", "1")]
    [InlineData("number", "7", "7")]
    [InlineData("number", "true", "true")]
    [InlineData("number", "null", "null")]
    [InlineData("number", "{\"x\":\"1\"}", "{\"x\":\"1\"}")]
    [InlineData("text", "12345678901234567890.10", "\"12345678901234567890.10\"")]
    [InlineData("text", "false", "\"false\"")]
    [InlineData("text", "\"\\u0061\"", "\"\\u0061\"")]
    [InlineData("text", "null", "null")]
    [InlineData("flag", "\"YES\"", "true")]
    [InlineData("flag", "0", "false")]
    [InlineData("flag", "\"off\"", "false")]
    [InlineData("flag", "true", "true")]
    [InlineData("lower", "\"\\u00C4NNA\"", "\"änna\"")]
    [InlineData("lower", "\"anna \\u00e4\"", "\"anna \\u00e4\"")]
    [InlineData("upper", "\"straße\"", "\"STRAßE\"")]
    [InlineData("list", "\"a, b,,c \"", "[\"a\",\"b\",\"c\"]")]
    [InlineData("list", "\"\"", "[]")]
    [InlineData("list", "[1]", "[1]")]
    public void A_value_becomes_one_of_another_kind_or_stays(string to, string value, string made)
    {
        var applied = Lists.Apply($"[ {{ action: convert, paths: ['**.v'], to: {to} }} ]", $$"""{"n":1E2, "a":[{"v":{{value}}}] }""");
        Assert.Equal([$$"""{"n":1E2, "a":[{"v":{{made}}}] }"""], applied.After);
        Assert.Equal([null], applied.Failures);
    }

    [Theory]
    [InlineData("number", "")]
    [InlineData("number", "-")]
    [InlineData("number", ".5")]
    [InlineData("number", "1.")]
    [InlineData("number", "e5")]
    [InlineData("number", "0x1F")]
    [InlineData("number", "1 2")]
    [InlineData("number", "1,5")]
    [InlineData("number", "NaN")]
    [InlineData("number", "１")]
    [InlineData("flag", "")]
    [InlineData("flag", "perhaps")]
    [InlineData("flag", "2")]
    public void A_text_that_says_something_else_fails_and_the_event_goes_on(string to, string text)
    {
        var json = $$"""{"v":"{{text}}"}""";
        var applied = Lists.Apply($"[ {{ action: convert, paths: [v], to: {to} }} ]", json);
        Assert.Equal([json], applied.After);
        Assert.Equal([$"1-convert: the text is no {to}"], applied.Failures);
    }

    [Theory]
    [InlineData("{ action: convert, paths: [a] }", "to: is missing; allowed: text, number, flag, lower, upper, list.")]
    [InlineData("{ action: convert, paths: [a], to: int }", "to (line 1): is 'int'; allowed: text, number, flag, lower, upper, list.")]
    [InlineData("{ action: convert, paths: [a], to: list, separator: '' }", "separator (line 1): is empty;")]
    [InlineData("{ action: lift }", "path: is missing")]
    [InlineData("{ action: lift, path: 'a[*]' }", "path (line 1): 'a[*]' is not a place to write to: names joined by '.' are.")]
    [InlineData("{ action: lift, path: '$' }", "path (line 1): '$' is not a place to write to")]
    public void Keys_that_are_wrong_are_refused(string entry, string problem) =>
        Assert.Contains(Lists.ProblemsOf($"[ {entry} ]"), line => line.Contains(problem, StringComparison.Ordinal));

    [Theory]
    [InlineData("path: a", """{"x":1, "a": {"y":2,"z":3} ,"w":4}""", """{"x":1,"y":2,"z":3,"w":4}""")]
    [InlineData("path: a", """ {"y":1,"a":{"y":2},"\u0079":3} """, """{"y":2}""")]
    [InlineData("path: a", """{"a":{"a":{"a":1}},"b":2}""", """{"a":{"a":1},"b":2}""")]
    [InlineData("path: a", """{"a":{"x":1,"x":2},"a":{"y":3},"x":4}""", """{"x":1,"x":2,"y":3}""")]
    [InlineData("path: a", """{"a":{},"b":1}""", """{"b":1}""")]
    [InlineData("path: a, prefix: a_", """{"a":{"\u0062":12345678901234567890},"a_b":0,"b":1}""", """{"a_b":12345678901234567890,"b":1}""")]
    [InlineData("path: a.b", """{"c":0,"a":{"c":1,"b":{"c":2,"d":3}}}""", """{"c":0,"a":{"c":2,"d":3}}""")]
    [InlineData("path: a.b", """{"a":1,"a":{"b":7},"a":{"b":{"c":1}}}""", """{"a":1,"a":{"b":7},"a":{"c":1}}""")]
    public void Members_of_an_object_take_its_place(string keys, string json, string lifted) =>
        Assert.Equal([lifted], Lists.Apply($"[ {{ action: lift, {keys} }} ]", json).After);

    [Theory]
    [InlineData("""{"a":1,"b":{"a":{"x":1}}}""")]
    [InlineData("""{"a":[{"x":1}]}""")]
    [InlineData("""{"a":null, "x":"{}"}""")]
    [InlineData("""[{"a":{"x":1}}]""")]
    [InlineData("\"a\"")]
    public void What_is_no_object_stays_as_it_is(string json) =>
        Assert.Equal([json], Lists.Apply("[ { action: lift, path: a } ]", json).After);
}
