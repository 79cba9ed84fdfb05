using System.Text;
using AuditFunctions.Events;

namespace AuditFunctions.Tests.Events;

public sealed class JsonTextTests
{
    [Theory]
    [InlineData("plain é", "plain é")]
    [InlineData(@"\""\\\/\b\f\n\r\t", "\"\\/\b\f\n\r\t")]
    [InlineData(@"\u0041\u00e9x", "Aéx")]
    [InlineData(@"\ud83d\ude00", "😀")]
    [InlineData(@"a\ud83d", "a\uFFFD")]             // half a pair is no text
    [InlineData(@"\ude00\ud83db", "\uFFFD\uFFFDb")]
    [InlineData("", "")]
    public void Strings_are_unescaped(string raw, string text)
    {
        byte[] page = Encoding.UTF8.GetBytes($"\"{raw}\"");
        Assert.Equal(text, JsonText.Unescape(page, new JsonSlice(1, page.Length - 2, JsonKind.String)));
    }

    [Theory]
    [InlineData("17", JsonKind.Number, 17L)]
    [InlineData("-17", JsonKind.String, -17L)]
    [InlineData("9223372036854775807", JsonKind.Number, long.MaxValue)]
    [InlineData("9223372036854775808", JsonKind.Number, null)]
    [InlineData("1.0", JsonKind.Number, null)]
    [InlineData("1e3", JsonKind.Number, null)]
    [InlineData("", JsonKind.String, null)]
    [InlineData("12 ", JsonKind.String, null)]
    [InlineData("true", JsonKind.True, null)]
    public void Whole_numbers_are_read_from_numbers_and_strings(string text, JsonKind kind, long? expected)
    {
        byte[] page = Encoding.UTF8.GetBytes(text);
        bool read = JsonText.TryGetInt64(page, new JsonSlice(0, page.Length, kind), out long value);
        Assert.Equal(expected, read ? value : null);
    }

    [Fact]
    public void A_missing_value_is_empty_text() => Assert.Equal("", JsonText.Unescape("[1]"u8, default));
}
