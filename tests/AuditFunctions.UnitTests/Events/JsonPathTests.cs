using AuditFunctions.Events;
using AuditFunctions.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace AuditFunctions.Tests.Events;

public sealed class JsonPathTests
{
    [Theory]
    [InlineData("", "$")]
    [InlineData("$", "$")]
    [InlineData("$.a.b", "a.b")]
    [InlineData("$['a']", "a")]
    [InlineData("['@odata.nextLink']", "['@odata.nextLink']")]
    [InlineData("[\"it's\"].x", @"['it\'s'].x")]
    [InlineData("a[0][-1].b", "a[0][-1].b")]
    [InlineData("links[rel=next].href", "links[rel=next].href")]
    [InlineData("links['rel'='a]b']", "links[rel='a]b']")]
    [InlineData("a['']", "a['']")]
    [InlineData("event_type.user-name.größe", "event_type.user-name.größe")]
    public void Paths_are_read_and_written(string text, string canonical)
    {
        JsonPath path = JsonPath.Parse(text);
        Assert.Equal(canonical, path.ToString());
        Assert.Equal(canonical == "$", path.IsRoot);
        Assert.Equal(path, JsonPath.Parse(canonical));
    }

    [Theory]
    [InlineData("a..b", "expected a name at position 3")]
    [InlineData("a.", "expected a name at position 3")]
    [InlineData("$a", "expected '.' or '[' at position 2")]
    [InlineData("@odata.nextLink", "expected a name at position 1")]    // would silently be two names
    [InlineData("a b", "expected '.' or '[' at position 2")]
    [InlineData("a[", "expected a quoted name, a number or member=text at position 3")]
    [InlineData("a[-2]", "expected a closing quote, an index from 0 or -1 at position 5")]
    [InlineData("a[b]", "expected a closing quote, an index from 0 or -1 at position 4")]
    [InlineData("a['b", "expected a closing quote at position 5")]
    [InlineData("a[0", "expected ']' at position 4")]
    [InlineData("a[0]b", "expected '.' or '[' at position 5")]
    public void What_is_no_path_is_refused_with_its_position(string text, string error)
    {
        var refused = Assert.Throws<FormatException>(() => JsonPath.Parse(text));
        Assert.StartsWith($"'{text}' is no JSON path: {error}. Allowed are ", refused.Message, StringComparison.Ordinal);
        Assert.False(JsonPath.TryParse(text, out JsonPath? path, out string? same));
        Assert.Null(path);
        Assert.Equal(refused.Message, same);
    }

    [Fact]
    public void Any_name_can_be_quoted() => Check.One(
        Law.Cases(1000),
        Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), name =>
        {
            JsonPath path = JsonPath.Parse($"a[{JsonPathParser.Quote(name.Get)}][k={JsonPathParser.Quote(name.Get)}]");
            Assert.Equal(name.Get, path.Steps[1].Name.Text);
            Assert.Equal(name.Get, path.Steps[2].Text);
            Assert.Equal(path, JsonPath.Parse(path.ToString()));
        }));
}
