using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AuditFunctions.Sandbox;

/// <summary>
/// One bucket of Amazon S3 with its name in the path: <c>PutObject</c> with If-None-Match. Checks the signature (version 4), the hash of the content, the clock and the
/// headers as strictly as the service.
/// </summary>
public sealed class SandboxS3 : IAsyncDisposable
{
    private const string Algorithm = "AWS4-HMAC-SHA256";
    private readonly ConcurrentDictionary<string, byte[]> _objects = new(StringComparer.Ordinal);
    private LoopbackServer? _server;

    private SandboxS3()
    {
    }

    /// <summary>The bucket. Default <c>acme-audit</c>.</summary>
    public string Bucket { get; init; } = "acme-audit";

    /// <summary>Its region. Default <c>eu-central-1</c>.</summary>
    public string Region { get; init; } = "eu-central-1";

    /// <summary>The id of the only access key.</summary>
    public string KeyId { get; init; } = "first-secret";

    /// <summary>Its secret.</summary>
    public string Secret { get; set; } = "first-secret";

    /// <summary>Its clock.</summary>
    public Func<DateTimeOffset> Now { get; set; } = () => DateTimeOffset.Parse("2026-01-31T10:00:00Z", CultureInfo.InvariantCulture);

    /// <summary>Called with each object's name before it is stored; an answer other than null is sent instead: a status and a code.</summary>
    public Func<string, (int Status, string Code)?> Fault { get; set; } = _ => null;

    /// <summary>The objects, by name.</summary>
    public IReadOnlyDictionary<string, byte[]> Objects => _objects;

    /// <summary>Where it listens.</summary>
    public Uri BaseUrl => _server!.BaseUrl;

    /// <summary>Starts it.</summary>
    public static async Task<SandboxS3> StartAsync(CancellationToken ct)
    {
        var store = new SandboxS3();
        store._server = await LoopbackServer.StartAsync(0, store.HandleAsync, ct);
        return store;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    private async Task HandleAsync(HttpContext http)
    {
        using var content = new MemoryStream();
        await http.Request.Body.CopyToAsync(content, http.RequestAborted);
        var (status, code) = Judge(http, content.ToArray());
        http.Response.StatusCode = status;
        if (status == 200)
        {
            http.Response.Headers.ETag = $"\"{Convert.ToHexStringLower(SHA256.HashData(content.ToArray()))[..32]}\"";
        }

        if (code.Length > 0)
        {
            http.Response.ContentType = "application/xml";
            await http.Response.WriteAsync($"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>It is not to be.</Message></Error>", http.RequestAborted);
        }
    }

    private (int Status, string Code) Judge(HttpContext http, byte[] content)
    {
        var request = http.Request;
        var path = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (path.Contains('?', StringComparison.Ordinal) || !HttpMethods.IsPut(request.Method))
        {
            return (405, "MethodNotAllowed");
        }

        if (WrongSignature(request, path, content) is { } wrong)
        {
            return wrong;
        }

        var start = $"/{Bucket}/";
        if (!path.StartsWith(start, StringComparison.Ordinal))
        {
            return (404, "NoSuchBucket");
        }

        var name = Uri.UnescapeDataString(path[start.Length..]);
        var header = request.Headers.IfNoneMatch.ToString();
        return header is not ("" or "*") ? (501, "NotImplemented")
            : Fault(name) is { } fault ? fault
            : _objects.TryAdd(name, content) ? (200, "")
            : header == "*" ? (412, "PreconditionFailed")
            : Replace(name, content);
    }

    private (int Status, string Code) Replace(string name, byte[] content)
    {
        _objects[name] = content;
        return (200, "");
    }

    private (int Status, string Code)? WrongSignature(HttpRequest request, string path, byte[] content)
    {
        var authorization = request.Headers.Authorization.ToString();
        if (!authorization.StartsWith(Algorithm + " ", StringComparison.Ordinal))
        {
            return (403, "AccessDenied");
        }

        var parts = authorization[Algorithm.Length..].Split(',').Select(part => part.Trim().Split('=', 2)).Where(part => part.Length == 2).ToDictionary(part => part[0], part => part[1], StringComparer.Ordinal);
        var date = request.Headers["x-amz-date"].ToString();
        if (!DateTimeOffset.TryParseExact(date, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            || !parts.TryGetValue("Credential", out var credential) || !parts.TryGetValue("SignedHeaders", out var names) || !parts.TryGetValue("Signature", out var signature)
            || credential.Split('/') is not [var keyId, var day, var region, "s3", "aws4_request"] || day != date[..8] || region != Region)
        {
            return (400, "AuthorizationHeaderMalformed");
        }

        if (keyId != KeyId)
        {
            return (403, "InvalidAccessKeyId");
        }

        if ((Now() - at).Duration() > TimeSpan.FromMinutes(15))
        {
            return (403, "RequestTimeTooSkewed");
        }

        // All of x-amz-* and the host must be signed.
        var signed = names.Split(';');
        var needed = request.Headers.Keys.Select(name => name.ToLowerInvariant()).Where(name => name == "host" || name.StartsWith("x-amz-", StringComparison.Ordinal));
        var hash = Convert.ToHexStringLower(SHA256.HashData(content));
        if (needed.Except(signed).Any() || !signed.SequenceEqual(signed.Order(StringComparer.Ordinal)))
        {
            return (403, "AccessDenied");
        }

        if (request.Headers["x-amz-content-sha256"] != hash)
        {
            return (400, "XAmzContentSHA256Mismatch");
        }

        var canonical = new StringBuilder().Append(request.Method).Append('\n').Append(path).Append("\n\n");
        foreach (var name in signed)
        {
            canonical.Append(name).Append(':').Append(name == "host" ? request.Host.Value : request.Headers[name].ToString()).Append('\n');
        }

        canonical.Append('\n').Append(names).Append('\n').Append(hash);
        var text = $"{Algorithm}\n{date}\n{day}/{region}/s3/aws4_request\n{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical.ToString())))}";
        var key = Mac(Mac(Mac(Mac(Encoding.UTF8.GetBytes("AWS4" + Secret), day), region), "s3"), "aws4_request");
        return Convert.ToHexStringLower(Mac(key, text)) == signature ? null : (403, "SignatureDoesNotMatch");
    }

    private static byte[] Mac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));
}
