using AuditFunctions.Configuration;
using AuditFunctions.Sources.Auth;
using AuditFunctions.Sources.Auth.Basic;
using AuditFunctions.Sources.Auth.Bearer;
using AuditFunctions.Sources.Auth.Digest;
using AuditFunctions.Sources.Auth.Header;
using AuditFunctions.Sources.Auth.Login;
using AuditFunctions.Sources.Auth.None;
using AuditFunctions.Sources.Auth.OAuth2;
using AuditFunctions.Sources.Auth.Query;

namespace AuditFunctions.Sources.Catalogs;

/// <summary>Every auth scheme: one line each. The first is the default.</summary>
internal static class AuthCatalog
{
    public static Catalog<AuthEntry> Schemes { get; } = new(
        "auth schemes",
        NoAuth.Entry,
        BearerAuth.Entry,
        HeaderAuth.Entry,
        BasicAuth.Entry,
        QueryAuth.Entry,
        OAuth2Auth.Entry,
        LoginAuth.Entry,
        DigestAuth.Entry);
}
