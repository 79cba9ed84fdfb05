namespace AuditFunctions.Tests.Cli;

/// <summary>Row files.</summary>
internal static class SomeRows
{
    public const string Good = """
        sources:
          - name: okta-prod
            template: okta-system-log
            destination: splunk            # one name or a list
            token: secret:okta-prod        # every other key is a parameter of the template
            domain: acme.okta.com
            baseUrl: https://proxy.acme.example
            since: 2026-01-01T00:00:00Z
            interval: 30s
        destinations:
          - name: splunk
            type: splunk-hec
            url: https://http-inputs-acme.splunkcloud.com
            token: secret:splunk-hec
            index: audit
        """;

    public static string Sandbox(Uri vendor, Uri siem) => $"""
        sources:
          - name: okta-prod
            template: okta-system-log
            destination: splunk
            token: secret:vendor
            domain: acme.okta.com
            baseUrl: {vendor.AbsoluteUri.TrimEnd('/')}
            since: 2026-01-01T00:00:00Z
            pageSize: 10
        destinations:
          - name: splunk
            type: splunk-hec
            url: {siem}
            token: secret:siem
        """;
}
