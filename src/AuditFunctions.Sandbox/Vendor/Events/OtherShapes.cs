namespace AuditFunctions.Sandbox;

/// <summary>GitHub's audit log entries, about 400 bytes each.</summary>
internal static class GitHubShape
{
    /// <summary>Creates the shape.</summary>
    public static EventShape Create() => new(
        """
        {"@timestamp":$ms$,"_document_id":"$id$","action":"repo.access","actor":"$login$-$user$","actor_id":$user$,
        "actor_location":{"country_code":"CH"},"business":"example","created_at":$ms$,"org":"example","org_id":42,
        "repo":"example/service-$octet$","repo_id":$port$,"visibility":"private","previous_visibility":"public",
        "user_agent":"Mozilla/5.0 (\"quoted\")","operation_type":"modify"}
        """,
        """
        {"@timestamp":$ms$,"_document_id":"$id$","action":"org.add_member","actor":"$login$-$user$","actor_id":$user$,
        "business":"example","created_at":$ms$,"org":"example","org_id":42,"user":"$person$","permission":"read",
        "external_identity_nameid":"$login$@example.com","operation_type":"create"}
        """);
}

/// <summary>Salesforce's SetupAuditTrail records. Their time has a resolution of one second.</summary>
internal static class SalesforceShape
{
    /// <summary>Creates the shape.</summary>
    public static EventShape Create() => new(
        """
        {"attributes":{"type":"SetupAuditTrail","url":"/services/data/v60.0/sobjects/SetupAuditTrail/$id$"},"Id":"$id$",
        "Action":"changedpassword","Section":"Manage Users","CreatedDate":"$iso0000$","CreatedBy":{"attributes":{"type":"User"},
        "Username":"$login$@example.com"},"DelegateUser":null,"Display":"Changed password for $person$"}
        """);
}

/// <summary>The events of the generic endpoint.</summary>
internal static class GenericShape
{
    /// <summary>Creates the shape, padded to a size if that is larger than the event would be.</summary>
    public static EventShape Create(VendorTimeFormat format, int eventBytes)
    {
        var time = format switch
        {
            VendorTimeFormat.Iso => "\"$iso$\"",
            VendorTimeFormat.UnixSeconds => "$s$",
            VendorTimeFormat.UnixMilliseconds => "$ms$",
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "There is no such time format."),
        };
        var bare = $$"""{"id":"$id$","time":{{time}},"number":$number$,"actor":"$login$"}""";
        if (eventBytes == 0)
        {
            return new EventShape(bare);
        }

        const string Member = ",\"padding\":\"";
        var buffer = new PooledBuffer();
        new EventTemplate(bare).Write(buffer, new EventFacts(1, 100_000, DateTime.UnixEpoch.AddYears(56).Ticks));
        var padding = Math.Max(0, eventBytes - buffer.Length - Member.Length - 1);
        buffer.Dispose();
        return new EventShape($"{bare[..^1]}{Member}{new string('x', padding)}\"}}");
    }
}
