namespace AuditFunctions.Sandbox;

/// <summary>Okta's System Log events, about 1.2 KB each.</summary>
internal static class OktaShape
{
    private const string Skeleton = """
        {"actor":{"id":"00u$user$x7qPlvL5d7","type":"User","alternateId":"$login$.$user$@example.com","displayName":"$person$"},
        "client":{"userAgent":{"rawUserAgent":"Mozilla/5.0 (X11; Linux x86_64) Chrome/130.0","os":"Linux","browser":"CHROME"},
        "zone":"null","device":"Computer","id":null,"ipAddress":"198.51.100.$octet$","geographicalContext":{"city":"Genève",
        "country":"Switzerland","postalCode":"1201","geolocation":{"lat":46.2022,"lon":6.1457}}},"device":null,
        "authenticationContext":{"authenticationProvider":null,"authenticationStep":0,"externalSessionId":"$session$"},
        "displayMessage":"DISPLAY","eventType":"EVENT","outcome":{"result":"OUTCOME","reason":null},"published":"$iso$",
        "securityContext":{"asNumber":64500,"asOrg":"example \"net\" {co}","isProxy":false},"severity":"INFO",
        "debugContext":{"debugData":{"requestId":"$transaction$","requestUri":"/api/v1/authn?path=\\login","port":"$port$"}},
        "transaction":{"type":"WEB","id":"$transaction$","detail":{}},"uuid":"$id$","version":"0",
        "request":{"ipChain":[{"ip":"198.51.100.$octet$","version":"V4"}]},
        "target":[{"id":"0oa$number$","type":"AppInstance","alternateId":"app-$user$","displayName":"Payroll"}]}
        """;

    /// <summary>Creates the shape.</summary>
    public static EventShape Create() => new(
        Variant("User login to Okta", "user.session.start", "SUCCESS"),
        Variant("User single sign on to app", "user.authentication.sso", "SUCCESS"),
        Variant("Evaluation of sign-on policy", "policy.evaluate_sign_on", "ALLOW"),
        Variant("Add user to group membership", "group.user_membership.add", "FAILURE"));

    private static string Variant(string display, string eventType, string outcome) => Skeleton
        .Replace("DISPLAY", display, StringComparison.Ordinal)
        .Replace("EVENT", eventType, StringComparison.Ordinal)
        .Replace("OUTCOME", outcome, StringComparison.Ordinal);
}
