using System.Globalization;
using AuditFunctions.Configuration;
using AuditFunctions.Http.Signatures;
using AuditFunctions.Sources.Requests;

namespace AuditFunctions.Sources.Auth.Aws;

/// <summary>AWS Signature Version 4 in headers (docs.aws.amazon.com, "Create a signed AWS API request", read 2026-11-26).</summary>
internal sealed class AwsAuth : IAuthScheme
{
    private readonly TextTemplate _accessKeyId;
    private readonly TextTemplate _secretAccessKey;
    private readonly TextTemplate? _sessionToken;
    private readonly string _region;
    private readonly string _service;

    private AwsAuth(SettingReader reader)
    {
        (_accessKeyId, _secretAccessKey) = (AuthValue.Required(reader, "accessKeyId"), AuthValue.Required(reader, "secretAccessKey"));
        (_sessionToken, _region, _service) = (reader.Template("sessionToken"), reader.Required("region"), reader.Required("service"));
    }

    /// <summary>Its place in the catalog.</summary>
    public static AuthEntry Entry { get; } = new(
        "aws-signature",
        "`aws-signature` | `accessKeyId`, `secretAccessKey`, `region`, `service`; `sessionToken` | `Authorization: AWS4-HMAC-SHA256 …` (Signature Version 4).",
        (reader, _) => new AwsAuth(reader));

    /// <inheritdoc/>
    public ValueTask<AuthRefusal?> ApplyAsync(RequestDraft draft, AuthContext context, CancellationToken cancellationToken)
    {
        var values = context.Values;
        var url = draft.FullUrl();
        var time = values.Now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        draft.Headers.Add(new("X-Amz-Date", time));
        if (_sessionToken is not null && AuthValue.Render(_sessionToken, values) is { } session)
        {
            draft.Headers.Add(new("X-Amz-Security-Token", session));
        }

        // Signed is what AWS asks for: the host and its own headers; those of the vendor's action among them.
        var headers = draft.Headers.Where(header => header.Key.StartsWith("X-Amz-", StringComparison.OrdinalIgnoreCase))
            .Append(new("Host", url.Authority))
            .Select(header => (Name: header.Key.ToLowerInvariant(), Value: header.Value.Trim()))
            .OrderBy(header => header.Name, StringComparer.Ordinal)
            .ToList();
        var names = string.Join(';', headers.Select(header => header.Name));
        var query = string.Join('&', SignedQuery.Sorted(url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(Pair)));
        var path = string.Join('/', url.AbsolutePath.Split('/').Select(Uri.EscapeDataString));
        var canonical = $"{draft.Method.Method}\n{path}\n{query}\n{string.Concat(headers.Select(header => $"{header.Name}:{header.Value}\n"))}\n{names}\n{ScopedSignature.Hash(draft.Body ?? [])}";
        var scope = $"{time[..8]}/{_region}/{_service}/aws4_request";
        var signature = ScopedSignature.Aws.Of(AuthValue.Render(_secretAccessKey, values) ?? "", time, scope, canonical);
        draft.Headers.Add(new("Authorization", $"{ScopedSignature.Aws.Algorithm} Credential={AuthValue.Render(_accessKeyId, values)}/{scope}, SignedHeaders={names}, Signature={signature}"));
        return new((AuthRefusal?)null);
    }

    private static string Pair(string pair) => pair.Contains('=', StringComparison.Ordinal) ? pair : pair + "=";
}
