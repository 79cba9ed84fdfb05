using AuditFunctions.Configuration;

namespace AuditFunctions.Tests.Definitions;

public sealed class TextTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("{a}", "A")]
    [InlineData("x{a}y{a:f}z", "xAyA/fz")]
    [InlineData("{{a}}", "{a}")]
    [InlineData("{{{a}}}", "{A}")]
    [InlineData("}}{{", "}{")]
    [InlineData("{gone}", null)]            // absent: the whole entry goes
    [InlineData("x {gone} {a}", null)]
    [InlineData("x {gone?} {a}", "x  A")]   // absent and optional: nothing
    [InlineData("{a?}", "A")]
    [InlineData("{a:HH:mm}", "A/HH:mm")]    // the format is what stands after the first colon
    [InlineData("", "")]
    public void Placeholders_become_their_values(string text, string? expected) =>
        Assert.Equal(expected, TextTemplate.Parse(text).Render(part => part.Name == "a" ? "A" + (part.Format is { } format ? "/" + format : "") : null));

    [Theory]
    [InlineData("{", "the '{' at position 0 is never closed; write '{{' for a brace.")]
    [InlineData("ab}", "a '}' at position 2 closes nothing; write '}}' for a brace.")]
    [InlineData("{}", "'{}' is no placeholder: a name has letters, digits, '.', '_', '-' and '@'; write '{{' for a brace.")]
    [InlineData("{a b}", "'{a b}' is no placeholder: a name has letters, digits, '.', '_', '-' and '@'; write '{{' for a brace.")]
    [InlineData("{?}", "'{?}' is no placeholder: a name has letters, digits, '.', '_', '-' and '@'; write '{{' for a brace.")]
    [InlineData("{:f}", "'{:f}' is no placeholder: a name has letters, digits, '.', '_', '-' and '@'; write '{{' for a brace.")]
    public void A_text_that_is_no_template_says_where_and_how_to_write_it(string text, string expected) =>
        Assert.Equal(expected, Assert.Throws<FormatException>(() => TextTemplate.Parse(text)).Message);

    [Fact]
    public void An_escaped_text_reads_back_as_itself_and_a_template_writes_itself()
    {
        const int Seed = 20260101;
        var random = new Random(Seed);
        for (var round = 0; round < 2000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => "{}a:? "[random.Next(6)]));
            Assert.True(TextTemplate.Parse(TextTemplate.Escape(text)).Literal == text, $"seed {Seed}: '{text}'");
            if (Record.Exception(() => TextTemplate.Parse(text)) is null)
            {
                var parsed = TextTemplate.Parse(text);
                Assert.True(TextTemplate.Parse(parsed.ToString()).Parts.SequenceEqual(parsed.Parts), $"seed {Seed}: '{text}'");
            }
        }
    }

    [Theory]
    [InlineData("30s", 30)]
    [InlineData("30sec", 30)]
    [InlineData("5m", 300)]
    [InlineData("5min", 300)]
    [InlineData("1h30m", 5400)]
    [InlineData("1.5h", 5400)]
    [InlineData("7d", 604_800)]
    [InlineData("2w", 1_209_600)]
    [InlineData("250ms", 0.25)]
    [InlineData(" 10s ", 10)]
    [InlineData("00:01:30", 90)]
    [InlineData("1.00:00:00", 86_400)]
    [InlineData("36500d", 3_153_600_000)]
    public void A_duration_reads_as_people_write_it(string text, double seconds)
    {
        Assert.True(Durations.TryParse(text, out var duration));
        Assert.Equal(seconds, duration.TotalSeconds);
        Assert.True(Durations.TryParse(Durations.Write(duration), out var again));
        Assert.Equal(duration, again);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]           // no unit
    [InlineData("5 m")]
    [InlineData("m")]
    [InlineData("-5m")]
    [InlineData("-00:01:00")]
    [InlineData("5y")]
    [InlineData("5M")]          // minutes or months?
    [InlineData("1..5h")]
    [InlineData("1e9s")]
    [InlineData("36501d")]
    [InlineData("40000.00:00:00")]
    [InlineData("25:61:00")]
    public void What_is_no_duration_is_refused(string text) => Assert.False(Durations.TryParse(text, out _));

    [Fact]
    public void A_duration_of_many_parts_is_refused_before_it_overflows() =>
        Assert.False(Durations.TryParse(string.Concat(Enumerable.Repeat("36500d", 400)), out _));
}
