using System.Text;

namespace AuditFunctions.Sandbox;

/// <summary>Salesforce's <c>POST /services/oauth2/token</c>: client credentials in the form or in a Basic header.</summary>
internal sealed class SalesforceTokenEndpoint : IVendorEndpoint
{
    /// <inheritdoc/>
    public bool Matches(string path) => path == "/services/oauth2/token";

    /// <inheritdoc/>
    public bool Authorizes(VendorRequest request) => true;

    /// <inheritdoc/>
    public Answer Refuse() => Answer.Of(401, """{"error":"invalid_client","error_description":"invalid client credentials"}""");

    /// <inheritdoc/>
    public Answer Throttle(DateTimeOffset resetAt, TimeSpan wait) =>
        Answer.Of(400, """{"error":"invalid_request","error_description":"rate limit exceeded"}""");

    /// <inheritdoc/>
    public async ValueTask<Answer> ReplyAsync(VendorRequest request, CancellationToken ct)
    {
        if (!request.Http.HasFormContentType)
        {
            return Answer.Of(400, """{"error":"invalid_request","error_description":"a form is expected"}""");
        }

        var form = await request.Http.ReadFormAsync(ct);
        if (form["grant_type"] != "client_credentials")
        {
            return Answer.Of(400, """{"error":"unsupported_grant_type","error_description":"grant type not supported"}""");
        }

        var (id, secret) = BasicCredentials(request.Authorization) ?? (form["client_id"], form["client_secret"]);
        var token = request.Credentials.Issue(id, secret);
        var origin = request.LinkBase.GetLeftPart(UriPartial.Authority);
        return token is null ? Refuse() : Answer.Of(200,
            $$"""{"access_token":"{{token}}","instance_url":"{{origin}}","token_type":"Bearer","issued_at":"0"}""");
    }

    private static (string? Id, string? Secret)? BasicCredentials(string authorization)
    {
        if (!authorization.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var parts = Encoding.UTF8.GetString(Convert.FromBase64String(authorization["Basic ".Length..])).Split(':', 2);
        return (parts[0], parts.Length > 1 ? parts[1] : null);
    }
}
