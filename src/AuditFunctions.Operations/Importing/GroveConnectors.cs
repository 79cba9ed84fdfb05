namespace AuditFunctions.Operations.Importing;

/// <summary>What a connector of Grove is here.</summary>
/// <param name="Template">The template.</param>
/// <param name="Columns">Each parameter, and the fields of the connector's file that make it: <c>{field}</c>, or <c>{field|otherwise}</c>.</param>
internal sealed record GroveConnector(string Template, params (string Column, string Value)[] Columns);

/// <summary>The connectors of Grove that have a template here, by the names in its files, read on 2026-11-27.</summary>
internal static class GroveConnectors
{
    /// <summary>The connectors by name, and the templates that they lead to.</summary>
    public static IReadOnlyDictionary<string, GroveConnector> Entries { get; } = new Dictionary<string, GroveConnector>(StringComparer.Ordinal)
    {
        ["atlassian_audit_events"] = new("atlassian-organization-events", ("organization", "{identity}"), ("token", "{key}")),
        ["atlassian_site_audit_events"] = new("jira-audit", ("domain", "{identity}"), ("user", "{username}"), ("token", "{key}")),
        ["dropbox_team_events"] = new("dropbox-team-log", ("appKey", "{client_id}"), ("appSecret", "{client_secret}"), ("refreshToken", "{key}")),
        ["github_audit_log"] = new("github-organization-audit", ("org", "{identity}"), ("token", "{key}")),
        ["gsuite_activities"] = new("google-workspace-activities", ("application", "{operation}"), ("serviceAccount", "{key}"), ("admin", "{identity}")),
        ["gsuite_alerts"] = new("google-workspace-alerts", ("serviceAccount", "{key}"), ("admin", "{identity}")),
        ["launchdarkly_audit_records"] = new("launchdarkly-audit", ("token", "{key}")),
        ["okta_system_log"] = new("okta-system-log", ("domain", "{identity}.{domain|okta.com}"), ("token", "{key}")),
        ["onepassword_events_audit"] = new("1password-events", ("stream", "auditevents"), ("host", "events.{domain|1password.com}"), ("token", "{key}")),
        ["onepassword_events_itemusages"] = new("1password-events", ("stream", "itemusages"), ("host", "events.{domain|1password.com}"), ("token", "{key}")),
        ["onepassword_events_signinattempts"] = new("1password-events", ("stream", "signinattempts"), ("host", "events.{domain|1password.com}"), ("token", "{key}")),
        ["oomnitza_activities"] = new("oomnitza-activities", ("host", "{identity}.oomnitza.com"), ("token", "{key}")),
        ["pagerduty_audit_records"] = new("pagerduty-audit", ("token", "{key}")),
        ["sf_event_log"] = new("salesforce-event-log-file", ("domain", "{instance_url}"), ("clientId", "{client_id}"), ("clientSecret", "{client_secret}")),
        ["sf_setup_audit_trail"] = new("salesforce-setup-audit-trail", ("domain", "{instance_url}"), ("clientId", "{client_id}"), ("clientSecret", "{client_secret}")),
        ["slack_audit_logs"] = new("slack-audit", ("token", "{key}")),
        ["snowflake_login_history"] = new("snowflake-login-history", ("host", "{account}.snowflakecomputing.com"), ("warehouse", "{warehouse}"), ("role", "{role}"), ("user", "{identity}"), ("credentials", "KEYPAIR_JWT"), ("credential", "{key}")),
        ["stripe_events"] = new("stripe-events", ("apiKey", "{key}")),
        ["tfc_audit_trails"] = new("terraform-cloud-audit", ("token", "{key}")),
        ["tines_audit_logs"] = new("tines-audit", ("domain", "{identity}.{domain|tines.com}"), ("token", "{key}")),
        ["torq_activity_logs"] = new("torq-activity", ("clientId", "{identity}"), ("clientSecret", "{key}")),
        ["torq_audit_logs"] = new("torq-audit", ("clientId", "{identity}"), ("clientSecret", "{key}")),
        ["twilio_monitor_events"] = new("twilio-monitor-events", ("account", "{identity}"), ("secret", "{key}")),
        ["workday_activity_logging"] = new("workday-activity-logging", ("host", "{base_url}"), ("tenant", "{identity}"), ("clientId", "{client_id}"), ("clientSecret", "{client_secret}"), ("refreshToken", "{key}")),
        ["zendesk_audit_logs"] = new("zendesk-audit", ("domain", "{subdomain}.zendesk.com"), ("user", "{identity}"), ("token", "{key}")),
        ["zitadel_events"] = new("zitadel-events", ("host", "{identity}"), ("token", "{key}")),
        ["zoom_activities"] = new("zoom-sign-ins", ("accountId", "{identity}"), ("clientId", "{client_id}"), ("clientSecret", "{key}")),
        ["zoom_operationlogs"] = new("zoom-operation-logs", ("accountId", "{identity}"), ("clientId", "{client_id}"), ("clientSecret", "{key}")),
    };

    /// <summary>What a connector is here; null when there is no template for it.</summary>
    /// <param name="name">Its name; some files write '-' for '_'.</param>
    /// <param name="scope">The field of that name: GitHub's says whose audit log it is.</param>
    public static GroveConnector? Find(string name, string? scope) => (name.Replace('-', '_'), scope) switch
    {
        ("github_audit_log", "enterprises") => new("github-enterprise-audit", ("enterprise", "{identity}"), ("token", "{key}")),
        (var known, _) => Entries.GetValueOrDefault(known),
    };
}
