using System.Globalization;
using System.Text;
using AuditFunctions.Events;
using AuditFunctions.Tests.Events;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Sources.Processors;

/// <summary>What holds for every event.</summary>
public sealed class ProcessorLawTests
{
    private static readonly string[] Emails = ["anna@acme.example", "o'brien+x@sub.acme.example", "ünal@bücher.example", "a%40b.example", "root@localhost"];
    private static readonly string[] Cards = ["4111111111111111", "4111 1111 1111 1111", "5500-0000-0000-0004", "340000000000009", "6011000000000004"];
    private static readonly string[] Addresses = ["10.0.0.1", "255.255.255.255", "2001:db8::1", "2001:0db8:0000:0000:0000:ff00:0042:8329", "fe80::a00:27ff:fe4e:66a1", "::ffff:192.0.2.5", "64:ff9b::192.0.2.33"];
    private static readonly string[] Tokens = ["ghp_abcdefghijklmnopqrstuvwxyz0123456789", "AKIAIOSFODNN7EXAMPLE", "xoxb-123456789012-abcdefghij", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "Bearer abcdef0123456789"];
    private static readonly string[] Around = ["", "x ", "user=", "(", "\"", "\\", ", 12 ", "time: ", "é", "[", "ip:", "\t"];

    [Fact]
    public void Keep_and_drop_of_one_condition_part_the_events() => Law.ForSeeds(100, random =>
    {
        string[] events = [.. Some(random, 8)];
        var when = random.Next(3) switch
        {
            0 => "{ path: '**.id', exists: true }",
            1 => "{ any: [ { path: '[*]', exists: true }, { path: '**.a', regex: '[0-9]' } ] }",
            _ => "{ not: { path: data, exists: true } }",
        };
        var kept = Lists.Apply($"[ {{ action: keep, when: {when} }} ]", events);
        var left = Lists.Apply($"[ {{ action: drop, when: {when} }} ]", events);
        Assert.Equal(events.Order(StringComparer.Ordinal), kept.Before.Concat(left.Before).Order(StringComparer.Ordinal));
        Assert.All(kept.After.Zip(kept.Before), pair => Assert.Equal(pair.Second.Trim(), pair.First));
    });

    [Fact]
    public void What_no_action_touches_keeps_its_bytes() => Law.ForSeeds(200, random =>
    {
        var inner = Some(random, 1).Single();
        var (before, after) = ($$""" "big" : 12345678901234567890123 ,"twice":1, "twice" : {{inner}}""", $$""" "esc\u0061ped":"\/\u00e9" , "last":[ {{inner}} ] """);
        var applied = Lists.Apply(
            "[ { action: redact, paths: [secret.of] }, { action: rename, fields: { old: new } }, { action: set, fields: { secret.level: 3 } }, { action: remove, paths: [gone] }, { action: truncate, paths: [long], characters: 1 } ]",
            $$"""{{{before}} ,"secret": {"of":"me"} ,"old" :1,"gone":{{inner.Trim()}},"long":"xyz",{{after}}}""");
        Assert.Equal($$"""{{{before}} ,"secret": {"of":"[redacted]","level":3} ,"new" :1,"long":"x…",{{after}}}""", Assert.Single(applied.After));
    });

    [Fact]
    public void Fields_are_found_as_a_plain_search_finds_them() => Law.ForSeeds(300, random =>
    {
        var text = Some(random, 1).Single();
        var found = new FieldSearch().Find(Encoding.UTF8.GetBytes(text), Paths("**.id", "**.a")).Length;
        Assert.Equal(PlainCount(System.Text.Json.JsonDocument.Parse(text, new() { MaxDepth = 1000 }).RootElement), found);
    });

    [Theory]
    [InlineData("email")]
    [InlineData("card")]
    [InlineData("ip")]
    [InlineData("token")]
    public void Redaction_leaves_no_pattern_behind(string kind)
    {
        var (planted, patterns) = kind switch
        {
            "email" => (Emails, "[email]"),
            "card" => (Cards, "[card]"),
            "ip" => (Addresses, "[ipv6, ipv4]"),
            _ => (Tokens, "[token]"),
        };
        var list = Lists.Read($"[ {{ action: redact, patterns: {patterns}, with: '#' }} ]");
        Law.ForSeeds(300, random =>
        {
            var secret = planted[random.Next(planted.Length)];
            var text = Quote(random, Around[random.Next(Around.Length)] + secret + (random.Next(2) == 0 ? "" : " " + Around[random.Next(Around.Length)]));
            var json = random.Next(4) switch
            {
                0 => $$"""{"a":{{text}}}""",
                1 => $$"""{ {{text}} : 1}""",
                2 => $$"""[1,{"x":[{{text}}]}]""",
                _ => kind == "card" ? $$"""{"n":{{secret.Replace(" ", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal)}}}""" : text,
            };
            var after = Assert.Single(Lists.Apply(list, json).After);
            var read = System.Text.RegularExpressions.Regex.Unescape(after.Replace("\\/", "/", StringComparison.Ordinal));
            Assert.DoesNotContain(secret, read, StringComparison.Ordinal);
            if (kind == "ip")
            {
                // Nor its end.
                Assert.DoesNotContain(secret[secret.LastIndexOfAny(['.', ':'])..], read, StringComparison.Ordinal);
            }

            Assert.Contains("#", after, StringComparison.Ordinal);

            // Nothing more is found in what is left.
            Assert.Equal(after, Assert.Single(Lists.Apply(list, after).After));
        });
    }

    /// <summary>As vendors write them: in JSON inside a text, whose writer escapes more than it must, in the query of an address, and as large numbers.</summary>
    [Theory]
    [InlineData("""{"x":"{\"mail\":\"anna\\u0040acme.example\"}"}""", """{"x":"{\"mail\":\"#\"}"}""")]
    [InlineData("""{"x":"{\"mail\":\"anna\\u002bx@acme.example\"}"}""", """{"x":"{\"mail\":\"#\"}"}""")]
    [InlineData("""{"x":"{\"mail\":\"m\\u00fcller@b\\u00FCcher.example\"}"}""", """{"x":"{\"mail\":\"#\"}"}""")]
    [InlineData("""{"x":"{\"y\":\"{\\\"mail\\\":\\\"anna\\\\u0040acme.example\\\"}\"}"}""", """{"x":"{\"y\":\"{\\\"mail\\\":\\\"#\\\"}\"}"}""")]
    [InlineData("""{"x":"/a?user=anna%40acme.example&b=1"}""", """{"x":"/a?user#&b=1"}""")]
    [InlineData("""{"card":4.111111111111111E15,"other":4.111111111111112E15,"small":4.1E3}""", """{"card":"#","other":4.111111111111112E15,"small":4.1E3}""")]
    [InlineData("""{"card":"4111\u00a01111\u202f1111\u20111111"}""", """{"card":"#"}""")]
    [InlineData("""{"ip":"010.000.000.001"}""", """{"ip":"#"}""")]
    [InlineData("""{"t":"SSWS 00abcdefghijklmnop","u":"https://a.blob.core.windows.net/x?sv=1&sig=abcdefghijklmnopqrstuvwxyz%3D","v":"risk-assessment-of-the-quarter"}""", """{"t":"#","u":"https://a.blob.core.windows.net/x?sv=1#","v":"risk-assessment-of-the-quarter"}""")]
    public void Redaction_finds_what_is_written_another_way(string json, string left) =>
        Assert.Equal(left.Replace("/a?user#", "#", StringComparison.Ordinal), Assert.Single(Lists.Apply("[ { action: redact, patterns: [email, ipv4, card, token], with: '#' } ]", json).After));

    [Theory]
    [InlineData("::ffff:192.0.2.1", "#")]
    [InlineData("from ::FFFF:192.0.2.1:443", "from #:443")]
    [InlineData("64:ff9b::192.0.2.33", "#")]
    [InlineData("::192.0.2.33", "#")]
    [InlineData("2001:db8:0:0:0:0:192.0.2.33", "#")]
    [InlineData("2001:db8:0:0:0:0:0:1", "#")]
    [InlineData("2001:db8::1 and fe80::1%eth0", "# and #%eth0")]
    public void Of_an_IPv6_address_that_ends_like_one_of_IPv4_nothing_stays(string text, string left)
    {
        Assert.Equal($"\"{left}\"", AfterOf("[ipv6]"));
        Assert.Equal($"\"{left}\"", AfterOf("[ipv6, ipv4]"));
        Assert.DoesNotContain(".2.", AfterOf("[ipv4, ipv6]"), StringComparison.Ordinal);

        string AfterOf(string patterns) => Assert.Single(Lists.Apply($"[ {{ action: redact, patterns: {patterns}, with: '#' }} ]", $"\"{text}\"").After);
    }

    /// <summary>JSON inside a text, whose writer escapes signs of tokens; keys with headers, and of other kinds.</summary>
    [Theory]
    [InlineData("""{"x":"{\"url\":\"https://a.blob.core.windows.net/c?sv=1\\u0026sig=abcdefghijklmnopqrstuvwxyz0123456789%3D\"}"}""", """{"x":"{\"url\":\"https://a.blob.core.windows.net/c?sv=1#\"}"}""")]
    [InlineData("""{"x":"{\"h\":\"Basic dXNlcjpwYXN\\/zd29yZDEyMzQ1Ng==\"}"}""", """{"x":"{\"h\":\"#\"}"}""")]
    [InlineData("""{"x":"{\"h\":\"Bearer abcd\\u002Befgh\\u003d\"}"}""", """{"x":"{\"h\":\"#\"}"}""")]
    [InlineData("""{"x":"Name=a;AccountKey\\u003dabcd\\u002Befghijklmnopqrstuvwxyz0123456789\\u003D;y"}""", """{"x":"Name=a;#;y"}""")]
    [InlineData("""{"x":"Endpoint=sb://a;SharedAccessKey=abcdefghijklmnopqrstuvwxyz0123456789+/=;y"}""", """{"x":"Endpoint=sb://a;#;y"}""")]
    [InlineData("""{"x":"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,AB\n\nMIIE\n-----END RSA PRIVATE KEY----- then"}""", """{"x":"# then"}""")]
    [InlineData("""{"x":"-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlQ-OY\n-----END PGP PRIVATE KEY BLOCK-----"}""", """{"x":"#"}""")]
    [InlineData("""{"x":"a -----BEGIN PRIVATE KEY-----\nMIIE - cut off"}""", """{"x":"a #"}""")]
    [InlineData("""{"x":"-----BEGIN PUBLIC KEY-----\nMIIE\n-----END PUBLIC KEY-----"}""", """{"x":"-----BEGIN PUBLIC KEY-----\nMIIE\n-----END PUBLIC KEY-----"}""")]
    public void Of_a_token_nothing_stays_however_it_is_written(string json, string left) =>
        Assert.Equal(left, Assert.Single(Lists.Apply("[ { action: redact, patterns: [token], with: '#' } ]", json).After));

    [Theory]
    [InlineData("build 10.0.19045.3803 of 2026-01-01T12:34:56Z")]
    [InlineData("arn:aws:iam::123456789012:user/anna")]
    [InlineData("AWS::EC2::Instance std::string 12:34:56 aa:bb:cc:dd:ee:ff")]
    [InlineData("1767225600123 4111111111111112 id 98765432109876543210987654321098")]
    [InlineData("@anna @ work, 50% off, ghp_short, xox")]
    public void What_only_looks_alike_stays(string text) =>
        Assert.Equal($"\"{text}\"", Assert.Single(Lists.Apply("[ { action: redact, patterns: [email, ipv4, ipv6, card, token] } ]", $"\"{text}\"").After));

    [Theory]
    [InlineData("4111111111111111", "#1111")]
    [InlineData("1234567", "#")]        // nearly all of it would stay
    [InlineData("12345678", "#5678")]
    [InlineData("", "")]
    public void The_last_characters_stay_of_a_long_text_only(string text, string left) =>
        Assert.Equal($"\"{left}\"", Assert.Single(Lists.Apply("[ { action: redact, paths: ['$'], with: '#', keepLast: 4 } ]", $"\"{text}\"").After));

    [Fact]
    public void A_long_text_takes_a_time_that_grows_with_its_length()
    {
        // A search that goes back, or tries every place anew, would not end.
        var list = Lists.Read("[ { action: redact, patterns: [email, ipv4, ipv6, card, token] }, { action: drop, when: { path: a, regex: '(x+x+)+y' } } ]");
        foreach (var part in new[] { "x", ":", "1", "1 ", "4-", "a@", ".", "eyJ", "::", "%40", "Bearer " })
        {
            var applied = Lists.Apply(list, $$"""{"a":"{{string.Concat(Enumerable.Repeat(part, 1_000_000 / part.Length))}}"}""");
            Assert.Single(applied.After);
        }
    }

    private static FieldPath[] Paths(params string[] texts) => [.. texts.Select(text => FieldPath.TryParse(text, out var path, out _) ? path : throw new ArgumentException(text, nameof(texts)))];

    private static IEnumerable<string> Some(Random random, int count) =>
        Enumerable.Range(0, count).Select(_ => Encoding.UTF8.GetString(new SomePages(random.Next()).Good()));

    // Not below what was found.
    private static int PlainCount(System.Text.Json.JsonElement element) => element.ValueKind switch
    {
        System.Text.Json.JsonValueKind.Object => element.EnumerateObject().Sum(member => Name(member) is "id" or "a" ? 1 : PlainCount(member.Value)),
        System.Text.Json.JsonValueKind.Array => element.EnumerateArray().Sum(PlainCount),
        _ => 0,
    };

    private static string Name(System.Text.Json.JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            return ""; // half of a surrogate pair
        }
    }

    // Some characters escaped, as a vendor may.
    private static string Quote(Random random, string text)
    {
        var json = new StringBuilder("\"");
        foreach (var c in text)
        {
            json.Append(c is '"' or '\\' or < ' ' || random.Next(5) == 0 ? string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}") : c.ToString());
        }

        return json.Append('"').ToString();
    }
}
