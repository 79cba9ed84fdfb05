using System.Text;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Secrets;

/// <summary>A secret is found in every form in which vendors and servers repeat it.</summary>
public sealed class RedactorTests
{
    private const string Secret = "p/ss w+rd\"é\\1";

    // Base64 of these holds '+' and '/', or signs that encoders treat differently.
    private const string Slashes = "\u00fb\u00ffo?>~\u00ff\u00be\u00ef";
    private const string Marks = "it's (a) st!ck*";

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
        { "base64 with slashes escaped", Convert.ToBase64String(Encoding.UTF8.GetBytes("use:" + Slashes)).Replace("/", "\\/", StringComparison.Ordinal) },
        { "base64 with signs escaped for JSON", Convert.ToBase64String(Encoding.UTF8.GetBytes(Slashes)).Replace("+", "\\u002B", StringComparison.Ordinal).Replace("/", "\\u002f", StringComparison.Ordinal) },
        { "base64, percent-encoded", Uri.EscapeDataString(Convert.ToBase64String(Encoding.UTF8.GetBytes("u:" + Slashes))) },
        { "base64, percent-encoded twice", Uri.EscapeDataString(Uri.EscapeDataString(Convert.ToBase64String(Encoding.UTF8.GetBytes("u:" + Slashes)))) },
        { "base64 of a query", Convert.ToBase64String(Encoding.UTF8.GetBytes("page=2&key=" + Uri.EscapeDataString(Secret) + "&x=1")) },
        { "base64 of JSON", Convert.ToBase64String(System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(new[] { "next", Secret })) },
        { "percent-encoded as browsers do", Uri.EscapeDataString(Marks).Replace("%21", "!", StringComparison.Ordinal).Replace("%28", "(", StringComparison.Ordinal) },
        { "percent-encoded thrice", Uri.EscapeDataString(Uri.EscapeDataString(Uri.EscapeDataString(Secret))) },
        { "JSON in small letters", System.Text.Json.JsonSerializer.Serialize(Secret).Replace("\\u00E9", "\\u00e9", StringComparison.Ordinal) },
        { "JSON inside JSON", System.Text.Json.JsonSerializer.Serialize(System.Text.Json.JsonSerializer.Serialize(Secret).Trim('"')) },
        { "HTML", "p/ss w+rd&quot;é\\1" },
        { "HTML in numbers", "p&#47;ss&#x20;w&#43;rd&#34;&#xe9;&#92;1" },
        { "base64 for addresses", Convert.ToBase64String(Encoding.UTF8.GetBytes("use:" + Secret + "more")).Replace('+', '-').Replace('/', '_') },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public void Each_form_of_a_secret_is_masked_and_refused_in_a_cursor(string what, string form)
    {
        var redactor = new Redactor([new SecretText("other-secret"), new SecretText(Secret), new SecretText(Slashes), new SecretText(Marks)]);
        Assert.Equal($"{what}: before {(what.StartsWith("JSON", StringComparison.Ordinal) && form.StartsWith('"') ? "\"(secret)\"" : "(secret)")} after", redactor.Mask($"{what}: before {form} after"));
        Assert.True(redactor.IsIn($"c-{form}-d"), what);

        var page = Encoding.UTF8.GetBytes($"{{\"a\":\"{form}\",\"b\":1}}");
        var length = page.Length;
        redactor.MaskInPlace(page, CancellationToken.None);
        Assert.Equal(length, page.Length);
        Assert.Matches("^\\{\"a\":\"+\\*+\"+,\"b\":1\\}$", Encoding.UTF8.GetString(page));
    }

    public static TheoryData<string, string> RareForms() => new()
    {
        { "hex", Convert.ToHexStringLower(Encoding.UTF8.GetBytes(Secret)) },
        { "hex in capitals", Convert.ToHexString(Encoding.UTF8.GetBytes(Secret)) },
        { "hex with something around it", "75736572" + Convert.ToHexStringLower(Encoding.UTF8.GetBytes(Secret)) + "0a" },
        { "small letters", Secret.ToLowerInvariant() },
        { "capitals", Secret.ToUpperInvariant() },
        { "capitals, percent-encoded", Uri.EscapeDataString(Secret.ToUpperInvariant()) },
        { "capitals in JSON", System.Text.Json.JsonSerializer.Serialize(Secret.ToUpperInvariant()) },
        { "UTF-16", string.Join('\0', Marks.AsEnumerable()) },
        { "UTF-16 in JSON", string.Join("\\u0000", Marks.AsEnumerable()) },
        { "base64 of UTF-16", Convert.ToBase64String(Encoding.Unicode.GetBytes("user:" + Secret + ";")) },
        { "base64 of UTF-16 at the second byte of a group", Convert.ToBase64String([1, .. Encoding.Unicode.GetBytes(Secret), 1]) },
        { "base64 of UTF-16 at the third byte of a group", Convert.ToBase64String([1, 2, .. Encoding.Unicode.GetBytes(Secret), 1]) },
    };

    [Theory]
    [MemberData(nameof(RareForms))]
    public void Rare_form_of_a_secret_is_masked(string what, string form)
    {
        var redactor = new Redactor([new SecretText("other-secret"), new SecretText(Secret), new SecretText(Marks)]);
        Assert.Matches($"^{what}: before (75736572|\")?\\(secret\\)(0a|\")? after$", redactor.Mask($"{what}: before {form} after"));
        Assert.Equal("a short one: 6162636465 ABCDE", new Redactor([new SecretText("abcde")]).Mask("a short one: 6162636465 ABCDE"));
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
        new Redactor([new SecretText("sandbox-token")]).MaskInPlace(bytes, CancellationToken.None);
        var text = Encoding.UTF8.GetString(bytes);
        Assert.Equal(length, text.Length);
        Assert.EndsWith("\"b\":\"*************\",\"c\":1}", text, StringComparison.Ordinal);
        Assert.Contains("***", text[..20], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("C:\\n{0}")]
    [InlineData("%41{0}%41")]
    [InlineData("&{0};")]
    [InlineData("100%{0}")]
    [InlineData("\\{0}\\")]
    public void What_stands_beside_a_secret_does_not_hide_it(string around)
    {
        foreach (var secret in new[] { "nsandbox-token", "abc-token", "25token", "\\u0041token", "%41token" })
        {
            Assert.Contains("(secret)", new Redactor([new SecretText(secret)]).Mask(string.Format(System.Globalization.CultureInfo.InvariantCulture, around, secret)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Random_secrets_are_found_in_every_writing_and_in_mixes_of_them() => Law.ForSeeds(300, random =>
    {
        Func<Rune, string>[] writings =
        [
            rune => Uri.EscapeDataString(rune.ToString()),
            rune => string.Concat(Encoding.UTF8.GetBytes(rune.ToString()).Select(one => $"%25{one:x2}")),
            rune => string.Concat(rune.ToString().Select(unit => $"\\u{(int)unit:X4}")),
            rune => $"&#{rune.Value};",
            rune => rune.ToString(),
        ];
        string Some(string letters) => string.Concat(Enumerable.Range(0, random.Next(8, 60)).Select(_ => letters.EnumerateRunes().ElementAt(random.Next(letters.EnumerateRunes().Count()))));
        void Check(string secret, string written)
        {
            var redactor = new Redactor([new SecretText(secret)]);
            Assert.Equal("<(secret)>", redactor.Mask($"<{written}>"));
            Assert.True(redactor.IsIn($"<{written}>"), written);
        }

        var odd = Some("abcXYZ019 +/%&=\\\"'<>-_.;#é€😀ÿ");
        foreach (var writing in writings)
        {
            Check(odd, string.Concat(odd.EnumerateRunes().Select(writing)));
        }

        // What looks like an escape can be read in several ways when its parts are written differently.
        var plain = Some("abcXYZ019 +/=\"'<>-_.;#é€😀ÿ");
        Check(plain, string.Concat(plain.EnumerateRunes().Select(rune => writings[rune.Value == '+' ? 0 : random.Next(writings.Length)](rune))));
    });

    [Fact]
    public void A_long_text_made_to_be_slow_is_masked_in_time_that_grows_with_its_length() =>
        Assert.EndsWith("(secret)", new Redactor([new SecretText(new string('a', 200) + "b")]).Mask(new string('a', 200_000) + "b"), StringComparison.Ordinal);

    [Fact]
    public void A_page_of_one_base64_text_that_repeats_a_secret_is_masked_in_time_that_grows_with_its_length()
    {
        var page = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(Convert.ToBase64String("sandbox-token12345sandbox-token"u8) + "sandbox-token%2B", 50_000)));
        new Redactor([new SecretText("sandbox-token")]).MaskInPlace(page, CancellationToken.None);
        Assert.Equal(-1, page.AsSpan().IndexOfAnyExcept((byte)'*'));
    }
}
