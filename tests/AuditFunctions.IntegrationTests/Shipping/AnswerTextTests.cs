using System.Text;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Http;

namespace AuditFunctions.Tests.Shipping;

public sealed class AnswerTextTests
{
    private static readonly SecretText[] Known = [new("s3cret-token"), new("")];

    [Fact]
    public void It_is_cut_at_a_character_and_bytes_that_are_no_text_do_no_harm()
    {
        Assert.Equal(2_047, Encoding.UTF8.GetByteCount(AnswerText.Of(Encoding.UTF8.GetBytes("a" + string.Concat(Enumerable.Repeat("€", 1_000))), true, [])!));
        Assert.Equal("a\uFFFD\uFFFD\0b", AnswerText.Of([(byte)'a', 0xFF, 0xC3, 0, (byte)'b'], true, Known));
        Assert.Null(AnswerText.Of([], true, Known));
    }

    [Fact]
    public void A_secret_is_replaced_also_where_it_is_cut_off()
    {
        Assert.Equal("you sent (secret) (secret)", AnswerText.Of("you sent s3cret-token s3cret-token"u8, true, Known));
        var text = AnswerText.Of(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("s3cret-token", 60)) + "s3cret-toke"), false, Known)!;
        Assert.DoesNotContain("s3c", text, StringComparison.Ordinal);
    }
}
