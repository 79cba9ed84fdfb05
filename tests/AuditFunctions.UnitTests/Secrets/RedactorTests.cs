using System.Text;
using AuditFunctions.Configuration.Secrets;

namespace AuditFunctions.Tests.Secrets;

/// <summary>A secret is found in every form in which vendors and servers repeat it.</summary>
public sealed class RedactorTests
{
    private const string Secret = "p/ss w+rd\"é\\1";

    public static TheoryData<string, string> Forms() => new()
    {
        { "plain", Secret },
        { "percent-encoded", Uri.EscapeDataString(Secret) },
        { "percent-encoded in small letters", Uri.EscapeDataString(Secret).Replace("%2F", "%2f", StringComparison.Ordinal).Replace("%2B", "%2b", StringComparison.Ordinal) },
        { "percent-encoded twice", Uri.EscapeDataString(Uri.EscapeDataString(Secret)) },
        { "every byte percent-encoded", string.Concat(Encoding.UTF8.GetBytes(Secret).Select(one => $"%{one:X2}")) },
        { "of a form", Uri.EscapeDataString(Secret).Replace("%20", "+", StringComparison.Ordinal) },
        { "JSON", System.Text.Json.JsonSerializer.Serialize(Secret) },
        { "JSON with slashes escaped", "p\\/ss w+rd\\\"é\\\\1" },
        { "JSON with everything escaped", string.Concat(Secret.Select(unit => $"\\u{(int)unit:x4}")) },
        { "base64", Convert.ToBase64String(Encoding.UTF8.GetBytes(Secret)) },
        { "Basic, one letter", Convert.ToBase64String(Encoding.UTF8.GetBytes("u:" + Secret)) },
        { "Basic, two letters", Convert.ToBase64String(Encoding.UTF8.GetBytes("us:" + Secret)) },
        { "Basic, three letters", Convert.ToBase64String(Encoding.UTF8.GetBytes("use:" + Secret)) },
        { "base64 for addresses", Convert.ToBase64String(Encoding.UTF8.GetBytes("use:" + Secret + "more")).Replace('+', '-').Replace('/', '_') },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public void Each_form_of_a_secret_is_masked_and_refused_in_a_cursor(string what, string form)
    {
        var redactor = new Redactor([new SecretText("other-secret"), new SecretText(Secret)]);
        Assert.Equal($"{what}: before {(what.StartsWith("JSON", StringComparison.Ordinal) && form.StartsWith('"') ? "\"(secret)\"" : "(secret)")} after", redactor.Mask($"{what}: before {form} after"));
        Assert.True(redactor.IsIn($"c-{form}-d") || what.StartsWith("JSON with everything", StringComparison.Ordinal), what);
    }

    [Theory]
    [InlineData(199)]
    [InlineData(201)]
    [InlineData(1700)]  // a private key in PEM
    [InlineData(5000)]
    public void A_long_secret_is_masked_whole_and_in_part(int length)
    {
        var secret = string.Concat(Enumerable.Range(0, length).Select(at => (char)('a' + ((at * 2654435761 >> 13) % 26)) + (at % 64 == 63 ? "\n" : "")));
        var redactor = new Redactor([new SecretText("other-secret"), new SecretText(secret)]);
        Assert.Equal("before (secret) after (secret)", redactor.Mask($"before {secret} after other-secret"));
        Assert.Equal("before (secret) after", redactor.Mask($"before {Uri.EscapeDataString(secret)} after"));
        Assert.Equal("before (secret) after", redactor.Mask($"before {System.Text.Json.JsonSerializer.Serialize(secret).Trim('"')} after"));
        Assert.Equal("nothing of it", redactor.Mask("nothing of it"));
        Assert.True(length <= 200 || redactor.Mask(secret[..(length - 1)]).StartsWith("(secret)", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("nothing of it")]
    [InlineData("p/ss")]
    [InlineData("")]
    public void What_is_no_secret_stays(string text)
    {
        var redactor = new Redactor([new SecretText(Secret), new SecretText("")]);
        Assert.Equal(text, redactor.Mask(text));
        Assert.False(redactor.IsIn(text));
        Assert.Equal(text, new Redactor([]).Mask(text));
    }

    [Fact]
    public void Secrets_in_bytes_are_overwritten_and_everything_else_keeps_its_place()
    {
        var bytes = Encoding.UTF8.GetBytes($"{{\"a\":\"{Convert.ToBase64String(Encoding.UTF8.GetBytes("x:sandbox-token"))}\",\"b\":\"sandbox-token\",\"c\":1}}");
        var length = bytes.Length;
        new Redactor([new SecretText("sandbox-token")]).MaskInPlace(bytes);
        var text = Encoding.UTF8.GetString(bytes);
        Assert.Equal(length, text.Length);
        Assert.EndsWith("\"b\":\"*************\",\"c\":1}", text, StringComparison.Ordinal);
        Assert.Contains("***", text[..20], StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_text_made_to_be_slow_is_masked_in_time_that_grows_with_its_length() =>
        Assert.EndsWith("(secret)", new Redactor([new SecretText(new string('a', 200) + "b")]).Mask(new string('a', 200_000) + "b"), StringComparison.Ordinal);
}
