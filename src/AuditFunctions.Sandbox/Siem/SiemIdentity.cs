using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace AuditFunctions.Sandbox;

/// <summary>
/// The token endpoint of a managed identity, as a function app finds it by <c>IDENTITY_ENDPOINT</c> and <c>IDENTITY_HEADER</c>
/// (<c>GET {endpoint}?resource=…&amp;api-version=2019-08-01</c>).
/// </summary>
public sealed class SiemIdentity
{
    /// <summary>Where it stands on the SIEM.</summary>
    public const string Path = "/identity/token";

    private readonly TimeProvider _time;
    private int _requests;

    internal SiemIdentity(string token, TimeProvider time)
    {
        Token = token;
        _time = time;
    }

    /// <summary>What must stand in <c>X-IDENTITY-HEADER</c>.</summary>
    public string Header { get; set; } = "sandbox-identity";

    /// <summary>The token that it gives.</summary>
    public string Token { get; set; }

    /// <summary>How long a token is good. Default 24 hours, as that of a managed identity.</summary>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Whether it gives tokens; else it answers 500. Default true.</summary>
    public bool IsWell { get; set; } = true;

    /// <summary>Resource that the latest token was for.</summary>
    public string? Resource { get; private set; }

    /// <summary>Client id of the identity that the latest token was for; null for the app's own.</summary>
    public string? ClientId { get; private set; }

    /// <summary>Requests so far.</summary>
    public int Requests => Volatile.Read(ref _requests);

    internal Answer Handle(HttpRequest request)
    {
        Interlocked.Increment(ref _requests);
        var resource = request.Query["resource"].ToString();
        if (request.Headers["X-IDENTITY-HEADER"] != Header || request.Query["api-version"] != "2019-08-01" || resource.Length == 0)
        {
            return Answer.Of(400, """{"statusCode":400,"message":"resource, api-version 2019-08-01 and X-IDENTITY-HEADER are expected"}""");
        }

        if (!IsWell)
        {
            return Answer.Of(500, """{"statusCode":500,"message":"no token now"}""");
        }

        Resource = resource;
        ClientId = request.Query.TryGetValue("client_id", out var clientId) ? clientId.ToString() : null;
        var endsAt = (_time.GetUtcNow() + Lifetime).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return Answer.Of(200, $$"""{"access_token":"{{Token}}","expires_on":"{{endsAt}}","resource":"{{resource}}","token_type":"Bearer","client_id":"{{ClientId}}"}""");
    }
}
