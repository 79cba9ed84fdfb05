using AuditFunctions.Configuration;

namespace AuditFunctions.Tests.Definitions;

/// <summary>What comes from outside must not steer a terminal or break a line of a log.</summary>
public sealed class SafeTextTests
{
    [Theory]
    [InlineData("plain é 😀", "plain é 😀", "plain é 😀")]
    [InlineData("a\u001b[31mb", "a\\u001B[31mb", "a\\u001B[31mb")]
    [InlineData("a\rb", "a\\u000Db", "a\\u000Db")]                // a terminal would write over the line
    [InlineData("a\r\nb", "a\\u000D\\u000Ab", "a\nb")]
    [InlineData("a\n\tb", "a\\u000A\\u0009b", "a\n\tb")]
    [InlineData("a\0\u007f\u009bb", "a\\u0000\\u007F\\u009Bb", "a\\u0000\\u007F\\u009Bb")]
    [InlineData("a\u061cb\u206fc\ufffbd", "a\\u061Cb\\u206Fc\\uFFFBd", "a\\u061Cb\\u206Fc\\uFFFBd")]
    [InlineData("a\u202eb\u2066c\u2028d", "a\\u202Eb\\u2066c\\u2028d", "a\\u202Eb\\u2066c\\u2028d")]
    public void Control_characters_are_written_out(string text, string oneLine, string lines) =>
        Assert.Equal((oneLine, lines), (SafeText.OneLine(text), SafeText.Lines(text)));
}
