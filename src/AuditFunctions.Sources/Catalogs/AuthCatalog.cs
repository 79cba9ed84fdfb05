using AuditFunctions.Configuration;
using AuditFunctions.Sources.Auth;
using AuditFunctions.Sources.Auth.Aliyun;
using AuditFunctions.Sources.Auth.Aws;
using AuditFunctions.Sources.Auth.Basic;
using AuditFunctions.Sources.Auth.Bearer;
using AuditFunctions.Sources.Auth.BloodHound;
using AuditFunctions.Sources.Auth.Darktrace;
using AuditFunctions.Sources.Auth.Digest;
using AuditFunctions.Sources.Auth.Duo;
using AuditFunctions.Sources.Auth.EdgeGrid;
using AuditFunctions.Sources.Auth.Entra;
using AuditFunctions.Sources.Auth.GitHubApp;
using AuditFunctions.Sources.Auth.Header;
using AuditFunctions.Sources.Auth.Jws;
using AuditFunctions.Sources.Auth.Jwt;
using AuditFunctions.Sources.Auth.Login;
using AuditFunctions.Sources.Auth.Mimecast;
using AuditFunctions.Sources.Auth.None;
using AuditFunctions.Sources.Auth.OAuth2;
using AuditFunctions.Sources.Auth.Oci;
using AuditFunctions.Sources.Auth.Query;
using AuditFunctions.Sources.Auth.Script;
using AuditFunctions.Sources.Auth.Tencent;

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
        DigestAuth.Entry,
        JwtAuth.Entry,
        GitHubAppAuth.Entry,
        DuoAuth.Entry,
        AwsAuth.Entry,
        AliyunAuth.Entry,
        AliyunLogAuth.Entry,
        TencentAuth.Entry,
        EdgeGridAuth.Entry,
        OciAuth.Entry,
        DarktraceAuth.Entry,
        BloodHoundAuth.Entry,
        MimecastAuth.Entry,
        EntraAuth.Entry,
        JwsAuth.Entry,
        ScriptAuth.Entry);
}
