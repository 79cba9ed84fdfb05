using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Sources;

/// <summary>Schemes that sign each request, against a server that knows the secret, checks the signature in its own way, and looks at its clock.</summary>
[SuppressMessage("Security", "CA5350", Justification = "What the vendors say.")]
[SuppressMessage("Security", "CA5351", Justification = "What the vendors say.")]
public sealed class SignedRequestTests
{
    private const string Secret = "c2VjcmV0LWtleS1vZi10aGUtdmVuZG9y"; // also good Base64
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 10, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Leeway = TimeSpan.FromMinutes(5);

    // Each with its keys in YAML, the secret's placeholder being {secret}; and what the server does.
    private static readonly Dictionary<string, (string Auth, Func<ScriptedServer.Seen, DateTimeOffset, bool> Check)> Schemes = new(StringComparer.Ordinal)
    {
        ["duo-signature 2"] = ("integrationKey: ikey, secretKey: '{secret}'", (seen, now) => Duo(seen, now, isFive: false)),
        ["duo-signature 5"] = ("integrationKey: ikey, secretKey: '{secret}', version: 5", (seen, now) => Duo(seen, now, isFive: true)),
        ["aws-signature"] = ("accessKeyId: AKID, secretAccessKey: '{secret}', region: eu-west-1, service: execute-api, sessionToken: SESSION", Aws),
        ["aliyun-signature"] = ("accessKeyId: AKID, accessKeySecret: '{secret}'", Aliyun),
        ["aliyun-log-signature"] = ("accessKeyId: AKID, accessKeySecret: '{secret}'", AliyunLog),
        ["tencent-signature"] = ("secretId: AKID, secretKey: '{secret}', service: cloudaudit", Tencent),
        ["edgegrid"] = ("clientToken: client, accessToken: access, clientSecret: '{secret}'", EdgeGrid),
        ["darktrace-signature"] = ("publicToken: public, privateToken: '{secret}'", Darktrace),
        ["bloodhound-signature"] = ("tokenId: id, tokenKey: '{secret}'", BloodHound),
        ["mimecast-signature"] = ("accessKey: access, secretKey: '{secret}', appId: app, appKey: appkey", Mimecast),
        ["jwt HS256"] = ("key: '{secret}', algorithm: HS256, claims: { iss: acme }", (seen, now) => Jwt(seen, now, isBound: false)),
        ["jwt bound"] = ("key: '{secret}', algorithm: HS256, bound: true, claims: { sub: acme }", (seen, now) => Jwt(seen, now, isBound: true)),
        ["jws-envelope"] = ("tokenId: id, tokenSecret: '{secret}', path: /jws/validate", Jws),
    };

    public static TheoryData<string> Names() => [.. Schemes.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_request_is_signed_as_the_vendor_checks_it(string name) => Assert.Equal("Page of 1", await AskAsync(name, Secret, Now));

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Another_secret_is_refused(string name) =>
        Assert.StartsWith("Refused 401", await AskAsync(name, "b3RoZXItc2VjcmV0", Now), StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_wrong_clock_is_refused(string name) => Assert.StartsWith("Refused 401", await AskAsync(name, Secret, Now.AddHours(2)), StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task No_two_requests_carry_the_same_number(string name)
    {
        var numbers = new List<string>();
        await AskAsync(name, Secret, Now, numbers);
        await AskAsync(name, Secret, Now, numbers);
        Assert.Equal(numbers.Count, numbers.Distinct().Count());
    }

    private static async Task<string> AskAsync(string name, string secret, DateTimeOffset clock, List<string>? numbers = null)
    {
        var (auth, check) = Schemes[name];
        await using var server = await ScriptedServer.StartAsync(seen =>
        {
            numbers?.AddRange(NumbersOf(seen));
            return new(check(seen, Now) ? 200 : 401, """[{"id":1,"at":"2026-01-31T09:00:00Z"}]""");
        });
        await using var pull = new Pull(new(clock.ToString("O", CultureInfo.InvariantCulture)));
        pull.SetSecret("secret", secret);
        var source = Pull.DefineYaml(
            server.BaseUrl,
            $"""
            parameters: {"{"} secret: {"{"} description: Key., secret: true {"}"} {"}"}
            auth: {"{"} scheme: {name.Split(' ')[0]}, {auth} {"}"}
            request: {"{"} method: POST, path: "/a b/{"{"}now:yyyyMMdd{"}"}", query: {"{"} z: "1 +~*", from: "{"{"}from{"}"}", a: "x/y" {"}"}, body: {"{"} since: "{"{"}from{"}"}" {"}"} {"}"}
            id: id
            time: at
            """,
            ("secret", "secret:secret"));
        return Pull.Tell(await pull.AskAsync(source));
    }

    private static IEnumerable<string> NumbersOf(ScriptedServer.Seen seen)
    {
        foreach (var (start, end) in new[] { ("SignatureNonce=", "&"), ("nonce=", ";") })
        {
            var text = seen.PathAndQuery + seen.Header("Authorization");
            if (text.Contains(start, StringComparison.Ordinal))
            {
                yield return text.Split(start)[1].Split(end)[0];
            }
        }

        if (seen.Header("x-mc-req-id") is { } id)
        {
            yield return id;
        }

        if (seen.Header("Authorization")?.StartsWith("Bearer ", StringComparison.Ordinal) == true)
        {
            using var claims = Part(seen.Header("Authorization")![7..], 1);
            yield return claims.RootElement.TryGetProperty("nonce", out var nonce) ? nonce.GetString()! : claims.RootElement.GetProperty("jti").GetString()!;
        }
    }

    private static bool Duo(ScriptedServer.Seen seen, DateTimeOffset now, bool isFive)
    {
        var date = seen.Header("Date")!;
        var (path, query) = Split(seen);
        var text = string.Join('\n', date, "POST", seen.Header("Host")!, path, string.Join('&', query.Split('&').Order(StringComparer.Ordinal)));
        var expected = Hex(HMACSHA1.HashData(Bytes(Secret), Bytes(text)));
        if (isFive)
        {
            var none = "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e";
            expected = Hex(HMACSHA512.HashData(Bytes(Secret), Bytes($"{text}\n{Hex(SHA512.HashData(seen.Bytes))}\n{none}")));
        }

        return seen.Header("Authorization") == "Basic " + Convert.ToBase64String(Bytes($"ikey:{expected}"))
            && IsNear(DateTimeOffset.Parse(date, CultureInfo.InvariantCulture), now);
    }

    private static bool Aws(ScriptedServer.Seen seen, DateTimeOffset now)
    {
        var (time, host) = (seen.Header("X-Amz-Date")!, seen.Header("Host")!);
        var (path, query) = Split(seen);
        var canonical = $"POST\n{path.Replace("%", "%25", StringComparison.Ordinal)}\n{string.Join('&', query.Split('&').Order(StringComparer.Ordinal))}\n"
            + $"host:{host}\nx-amz-date:{time}\nx-amz-security-token:SESSION\n\nhost;x-amz-date;x-amz-security-token\n{Hex(SHA256.HashData(seen.Bytes))}";
        var key = new[] { time[..8], "eu-west-1", "execute-api", "aws4_request" }.Aggregate(Bytes("AWS4" + Secret), (known, part) => HMACSHA256.HashData(known, Bytes(part)));
        var scope = $"{time[..8]}/eu-west-1/execute-api/aws4_request";
        var signature = Hex(HMACSHA256.HashData(key, Bytes($"AWS4-HMAC-SHA256\n{time}\n{scope}\n{Hex(SHA256.HashData(Bytes(canonical)))}")));
        return seen.Header("Authorization") == $"AWS4-HMAC-SHA256 Credential=AKID/{scope}, SignedHeaders=host;x-amz-date;x-amz-security-token, Signature={signature}"
            && IsNear(DateTimeOffset.ParseExact(time, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal), now);
    }

    private static bool Aliyun(ScriptedServer.Seen seen, DateTimeOffset now)
    {
        var pairs = Split(seen).Query.Split('&').ToDictionary(pair => pair.Split('=')[0], pair => pair.Split('=')[1], StringComparer.Ordinal);
        pairs.Remove("Signature", out var signature);
        var canonical = string.Join('&', pairs.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"));
        var expected = Convert.ToBase64String(HMACSHA1.HashData(Bytes(Secret + "&"), Bytes($"POST&%2F&{Uri.EscapeDataString(canonical)}")));
        return Uri.UnescapeDataString(signature!) == expected && pairs["Format"] == "JSON" && pairs["AccessKeyId"] == "AKID"
            && IsNear(DateTimeOffset.Parse(Uri.UnescapeDataString(pairs["Timestamp"]), CultureInfo.InvariantCulture), now);
    }

    private static bool AliyunLog(ScriptedServer.Seen seen, DateTimeOffset now)
    {
        var (path, query) = Split(seen);
        var date = seen.Header("Date")!;
        var hash = Convert.ToHexString(MD5.HashData(seen.Bytes));
        var pairs = string.Join('&', query.Split('&').Select(Uri.UnescapeDataString).Order(StringComparer.Ordinal));
        var text = $"POST\n{hash}\n{seen.Header("Content-Type")}\n{date}\nx-log-apiversion:0.6.0\nx-log-bodyrawsize:{seen.Bytes.Length}\nx-log-signaturemethod:hmac-sha1\n{Uri.UnescapeDataString(path)}?{pairs}";
        return seen.Header("Authorization") == $"LOG AKID:{Convert.ToBase64String(HMACSHA1.HashData(Bytes(Secret), Bytes(text)))}" && seen.Header("Content-MD5") == hash
            && IsNear(DateTimeOffset.ParseExact(date, "R", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal), now);
    }

    private static bool Tencent(ScriptedServer.Seen seen, DateTimeOffset now)
    {
        var at = DateTimeOffset.FromUnixTimeSeconds(long.Parse(seen.Header("X-TC-Timestamp")!, CultureInfo.InvariantCulture));
        var (path, query) = Split(seen);
        var canonical = $"POST\n{path}\n{query}\ncontent-type:{seen.Header("Content-Type")}\nhost:{seen.Header("Host")}\n\ncontent-type;host\n{Hex(SHA256.HashData(seen.Bytes))}";
        var scope = $"{at:yyyy-MM-dd}/cloudaudit/tc3_request";
        var key = scope.Split('/').Aggregate(Bytes("TC3" + Secret), (known, part) => HMACSHA256.HashData(known, Bytes(part)));
        var signature = Hex(HMACSHA256.HashData(key, Bytes($"TC3-HMAC-SHA256\n{at.ToUnixTimeSeconds()}\n{scope}\n{Hex(SHA256.HashData(Bytes(canonical)))}")));
        return seen.Header("Authorization") == $"TC3-HMAC-SHA256 Credential=AKID/{scope}, SignedHeaders=content-type;host, Signature={signature}" && IsNear(at, now);
    }

    private static bool EdgeGrid(ScriptedServer.Seen seen, DateTimeOffset now)
    {
        var header = seen.Header("Authorization")!;
        var at = header.IndexOf("signature=", StringComparison.Ordinal);
        var time = header.Split("timestamp=")[1].Split(';')[0];
        var text = string.Join('\t', "POST", "http", seen.Header("Host"), seen.PathAndQuery, "", Convert.ToBase64String(SHA256.HashData(seen.Bytes)), header[..at]);
        var key = Convert.ToBase64String(HMACSHA256.HashData(Bytes(Secret), Bytes(time)));
        return header[(at + 10)..] == Convert.ToBase64String(HMACSHA256.HashData(Bytes(key), Bytes(text)))
            && header.StartsWith("EG1-HMAC-SHA256 client_token=client;access_token=access;", StringComparison.Ordinal)
            && IsNear(DateTimeOffset.ParseExact(time, "yyyyMMdd'T'HH:mm:ss'+0000'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal), now);
    }

    private static bool Darktrace(ScriptedServer.Seen seen, DateTimeOffset now) =>
        seen.Header("DTAPI-Signature") == Hex(HMACSHA1.HashData(Bytes(Secret), Bytes($"{seen.PathAndQuery}\npublic\n{seen.Header("DTAPI-Date")}")))
        && seen.Header("DTAPI-Token") == "public"
        && IsNear(DateTimeOffset.ParseExact(seen.Header("DTAPI-Date")!, "yyyyMMdd'T'HHmmss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal), now);

    private static bool BloodHound(ScriptedServer.Seen seen, DateTimeOffset now)
    {
        var date = seen.Header("RequestDate")!;
        var key = HMACSHA256.HashData(HMACSHA256.HashData(Bytes(Secret), Bytes("POST" + seen.PathAndQuery)), Bytes(date[..13]));
        return seen.Header("Signature") == Convert.ToBase64String(HMACSHA256.HashData(key, seen.Bytes)) && seen.Header("Authorization") == "bhesignature id"
            && IsNear(DateTimeOffset.Parse(date, CultureInfo.InvariantCulture), now);
    }

    private static bool Mimecast(ScriptedServer.Seen seen, DateTimeOffset now)
    {
        var date = seen.Header("x-mc-date")!;
        var text = $"{date}:{seen.Header("x-mc-req-id")}:{Split(seen).Path}:appkey";
        return seen.Header("Authorization") == "MC access:" + Convert.ToBase64String(HMACSHA1.HashData(Convert.FromBase64String(Secret), Bytes(text)))
            && seen.Header("x-mc-app-id") == "app" && IsNear(DateTimeOffset.Parse(date.Replace("UTC", "GMT", StringComparison.Ordinal), CultureInfo.InvariantCulture), now);
    }

    private static bool Jwt(ScriptedServer.Seen seen, DateTimeOffset now, bool isBound)
    {
        var token = seen.Header("Authorization")!["Bearer ".Length..];
        using var claims = Part(token, 1);
        string Claim(string name) => claims.RootElement.GetProperty(name).ToString();
        var isOf = isBound
            ? Claim("uri") == seen.PathAndQuery && Claim("bodyHash") == Hex(SHA256.HashData(seen.Bytes)) && Claim("sub") == "acme"
            : Claim("iss") == "acme";
        return IsSigned(token) && isOf && IsNear(DateTimeOffset.FromUnixTimeSeconds(claims.RootElement.GetProperty("iat").GetInt64()), now);
    }

    private static bool Jws(ScriptedServer.Seen seen, DateTimeOffset now)
    {
        using var header = Part(seen.Body, 0);
        string Member(string name) => header.RootElement.GetProperty(name).ToString();
        return IsSigned(seen.Body) && (seen.Method, seen.PathAndQuery, seen.Header("Content-Type")) == ("POST", "/jws/validate", "text/plain")
            && (Member("kid"), Member("method"), Member("uri"), Member("query-string")) == ("id", "POST", "/a%20b/20260131", "z=1%20%2B~%2A&from=2026-01-01T00%3A00%3A00.000Z&a=x%2Fy")
            && Encoding.UTF8.GetString(Base64Url.DecodeFromChars(seen.Body.Split('.')[1])) == """{"since":"2026-01-01T00:00:00.000Z"}"""
            && IsNear(DateTimeOffset.FromUnixTimeMilliseconds(header.RootElement.GetProperty("issuedAt").GetInt64()), now);
    }

    private static bool IsSigned(string token)
    {
        var end = token.LastIndexOf('.');
        return token[(end + 1)..] == Base64Url.EncodeToString(HMACSHA256.HashData(Bytes(Secret), Bytes(token[..end])));
    }

    private static JsonDocument Part(string token, int part) => JsonDocument.Parse(Base64Url.DecodeFromChars(token.Split('.')[part]));

    private static (string Path, string Query) Split(ScriptedServer.Seen seen) => (seen.PathAndQuery.Split('?')[0], seen.PathAndQuery.Split('?')[1]);

    private static bool IsNear(DateTimeOffset at, DateTimeOffset now) => (at - now).Duration() <= Leeway;

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
