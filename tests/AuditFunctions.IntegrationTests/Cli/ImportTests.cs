using AuditFunctions.Configuration.Rows;
using AuditFunctions.Operations.Importing;
using AuditFunctions.Sources.Templates;

namespace AuditFunctions.Tests.Cli;

/// <summary><c>auditfn sources import …</c></summary>
public sealed class ImportTests
{
    private const string Flicker = """
        log_files:
          - path: /var/log/a.log
        api_sources:
          - name: Acme Audit
            endpoint: https://api.acme.example/v1/audit?type=all
            headers:
              Accept: application/json
              Authorization: Bearer ${ACME_TOKEN}
              X-Tenant: s3cret-tenant
            results_path: $.data.items
            timestamp_field: created_at
            id_field: id
            time_filter: { start_param: since, end_param: until, format: unix }
            pagination: { type: cursor, cursor_param: after, cursor_path: meta.next, limit_param: limit, page_size: 50, odd: 1 }
            polling_frequency_ms: 60000
            buffer_size: 100
            flush_interval_ms: 30000
            match_on: [ERROR]
            odd: 1
            destination: { type: http, endpoint: https://siem.acme.example/in, api_key: pl41n }
          - name: Pages
            endpoint: https://api.acme.example/v1/pages?api_token=pl41n-too
            results_path: items
            timestamp_field: at
            pagination: { type: page, page_param: p, start_page: 1 }
            destination: { type: http, endpoint: https://siem.acme.example/in, api_key: pl41n }
          - name: Offsets
            endpoint: https://api.acme.example/v1/offsets
            headers: { Authorization: "SSWS ${ACME_TOKEN_2}" }
            timestamp_field: at
            pagination: { type: offset, offset_param: skip, limit_param: take }
            destination: { type: syslog, host: 10.0.0.1, port: 514, protocol: tcp }
        """;

    /// <summary>What a row would refuse is not written into one, nor what it would give away.</summary>
    [Fact]
    public async Task An_address_without_encryption_becomes_https_and_is_told()
    {
        using var run = CliRun.Offline();
        run.Write("flicker.yaml", """
            api_sources:
              - name: Plain
                endpoint: http://api.acme.example:8080/v1/audit?type=all
                timestamp_field: at
                destination: { type: http, endpoint: "http://anna:pl41n@siem.acme.example/in?token=pl41n", api_key: "${KEY}" }
              - name: Near
                endpoint: http://127.0.0.1:9000/v1/audit
                timestamp_field: at
                destination: { type: elasticsearch, url: "http://es.acme.example:9200", index: audit }
            """);
        var result = await run.DoneAsync("sources", "import", "flicker", "flicker.yaml", "--output", "rows.yaml");
        var text = await File.ReadAllTextAsync(Path.Combine(run.Folder, "rows.yaml"), CliRun.Patience);
        Assert.DoesNotContain("pl41n", text + result.Output + result.Error, StringComparison.Ordinal);
        string[] columns = ["url: https://api.acme.example:8080/v1/audit\n", "url: http://127.0.0.1:9000/v1/audit\n", "url: https://siem.acme.example/in\n", "url: https://es.acme.example:9200\n"];
        Assert.All(columns, column => Assert.Contains(column, text, StringComparison.Ordinal));
        string[] notes =
        [
            "source 'plain': 'endpoint' is an http:// address, which no row may have", "source 'plain', its destination: 'destination.endpoint' is an http:// address",
            "source 'plain', its destination: user name and password in 'destination.endpoint' are left out", "source 'plain', its destination: the query of 'destination.endpoint' may hold a secret",
            "source 'near', its destination: 'destination.endpoint' is an http:// address",
        ];
        Assert.All(notes, note => Assert.Contains(note, result.Error, StringComparison.Ordinal));
        Assert.DoesNotContain("source 'near': 'endpoint'", result.Error, StringComparison.Ordinal);
        await run.DoneAsync("validate", "rows.yaml");
    }

    /// <summary>One name for two keys would send the one to the host of the other.</summary>
    [Fact]
    public async Task Two_secrets_never_share_a_name_and_one_has_one()
    {
        using var run = CliRun.Offline();
        run.Write("flicker.yaml", """
            api_sources:
              - { name: a.b, endpoint: "https://a.acme.example/v1", headers: { Authorization: Bearer one }, timestamp_field: at, destination: { type: http, endpoint: "https://siem1.acme.example/in", api_key: k1 } }
              - { name: a-b, endpoint: "https://b.acme.example/v1", headers: { Authorization: Bearer two }, timestamp_field: at, destination: { type: http, endpoint: "https://siem2.acme.example/in", api_key: k2 } }
              - { name: c, endpoint: "https://c.acme.example/v1", headers: { Authorization: "Bearer ${KEY}" }, timestamp_field: at, destination: { type: http, endpoint: "https://siem3.acme.example/in", api_key: k2 } }
              - { name: d, endpoint: "https://d.acme.example/v1", headers: { Authorization: "SSWS ${KEY}" }, timestamp_field: at, destination: { type: http, endpoint: "https://siem2.acme.example/in", api_key: k2 } }
            """);
        var result = await run.DoneAsync("sources", "import", "flicker", "flicker.yaml", "--output", "rows.yaml", "--json");
        var rows = RowFile.Read(await File.ReadAllTextAsync(Path.Combine(run.Folder, "rows.yaml"), CliRun.Patience), "rows.yaml", []);
        string Of(string name) => rows.Single(row => row.Row.Name == name).Row is var row ? $"{row["token"]}{row["apiKey"]}" : "";
        Assert.Equal(
            ["secret:a-b-token", "secret:a-b-token-2", "secret:key", "secret:key-2", "secret:http-token", "secret:http-token-2", "secret:http-token-2"],
            new[] { "a.b", "a-b", "c", "d", "http", "http-2", "http-3" }.Select(Of));
        Assert.Equal("http-2", rows.Single(row => row.Row.Name == "d").Row["destination"]);
        Assert.Equal(
            ["secret:a-b-token", "secret:a-b-token-2", "secret:http-token", "secret:http-token-2", "secret:key", "secret:key-2"],
            result.Json.GetProperty("secrets").EnumerateArray().Select(secret => secret.GetProperty("name").GetString()).Order(StringComparer.Ordinal));
        await run.DoneAsync("validate", "rows.yaml");
    }

    [Fact]
    public async Task What_is_no_text_is_left_out_with_a_word()
    {
        using var run = CliRun.Offline();
        run.Write("flicker.yaml", """
            api_sources:
              - name: a
                endpoint: https://a.acme.example/v1
                timestamp_field: at
                params: { types: [login, logout], kind: all }
                headers: { X-Scopes: [a, b] }
                destination: { type: syslog, host: siem.acme.example, port: 6514, protocol: TLS }
              - https://b.acme.example/v1
            """);
        var result = await run.DoneAsync("sources", "import", "flicker", "flicker.yaml", "--output", "rows.yaml");
        string[] notes =
        [
            "source 'a': 'params.types' has no equivalent and is left out.", "source 'a': 'headers.X-Scopes' has no equivalent and is left out.",
            "'api_sources': what stands in line 8 is no map of keys and values and is left out.",
        ];
        Assert.All(notes, note => Assert.Contains(note, result.Error, StringComparison.Ordinal));
        Assert.DoesNotContain("params.kind", result.Error, StringComparison.Ordinal);
        await run.DoneAsync("validate", "rows.yaml");
    }

    [Fact]
    public async Task A_flicker_configuration_becomes_rows_that_are_valid_and_hold_no_secret()
    {
        using var run = CliRun.Offline();
        run.Write("flicker.yaml", Flicker);
        var result = await run.DoneAsync("sources", "import", "flicker", "flicker.yaml", "--output", "rows.yaml");
        var text = await File.ReadAllTextAsync(Path.Combine(run.Folder, "rows.yaml"), CliRun.Patience);
        Assert.DoesNotContain("pl41n", text + result.Output + result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", text + result.Output + result.Error, StringComparison.Ordinal);
        string[] columns =
        [
            "name: acme-audit", "template: http-json", "url: https://api.acme.example/v1/audit\n", "auth: bearer", "token: secret:acme-token", "events: data.items",
            "time: created_at", "id: id", "query: \"type=all&since={from}&until={to}&after={cursor}&limit={pageSize}\"", "requestTimeFormat: unix-s", "paging: cursor", "next: meta.next",
            "pageSize: 50", "interval: 1m", "destination: http\n", "type: http\n", "token: secret:http-token", "authName: api_token", "apiKey: secret:pages-apikey", "query: \"p={page}\"",
            "query: \"skip={offset}&take={pageSize}\"", "authName: Authorization", "apiKey: secret:acme-token-2", "address: 10.0.0.1:514", "transport: tcp",
        ];
        Assert.All(columns, column => Assert.Contains(column, text, StringComparison.Ordinal));
        string[] notes =
        [
            "'log_files': 1 file left out", "source 'acme-audit': the header 'X-Tenant' may hold a second secret", "source 'acme-audit': 'match_on' has no equivalent",
            "source 'acme-audit': 'buffer_size' is left out", "source 'acme-audit': 'odd' has no equivalent", "source 'acme-audit': 'pagination.odd' has no equivalent",
            "secret:acme-token: its value is the environment variable ACME_TOKEN. To store it: read -rs AUDIT_SECRET_ACME_TOKEN", "secret:http-token: its value is 'destination.api_key'",
            "secret:acme-token-2: its value is header 'Authorization': all of that text", "3 sources and 2 destinations",
        ];
        Assert.All(notes, note => Assert.Contains(note, result.Error, StringComparison.Ordinal));
        await run.DoneAsync("validate", "rows.yaml");
    }

    [Fact]
    public async Task Connectors_of_Grove_become_rows_of_the_templates_for_them()
    {
        using var run = CliRun.Offline();
        run.Write("okta.json", "{\n\t\"key\": \"pl41n\", \"identity\": \"acme\", \"name\": \"okta-system-log-example\", \"connector\": \"okta_system_log\", \"frequency\": 300, \"delay\": 2, \"odd\": 1 }");
        run.Write("github.json", """{ "secrets": { "key": "vault/github" }, "identity": "acme", "name": "gh", "connector": "github_audit_log", "scope": "enterprises", "operation": "all", "disabled": true }""");
        run.Write("drive.json", """
            { "connector": "gsuite_activities", "identity": "admin@acme.example", "key": "cGw0MW4=", "encoding": { "key": "base64" }, "name": "drive", "operation": "drive",
              "processors": [{ "name": "One per entry", "processor": "split_path", "source": "events" }], "outputs": { "logs": "processed" } }
            """);
        run.Write("bigquery.json", """{ "connector": "bigquery_query", "identity": "x", "key": "y", "name": "bq" }""");
        var result = await run.DoneAsync("sources", "import", "grove", "okta.json", "github.json", "drive.json", "bigquery.json", "--destination", "splunk", "--json");
        var text = result.Json.GetProperty("rows").GetString()!;
        Assert.DoesNotContain("pl41n", result.Output + result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("cGw0MW4", result.Output + result.Error, StringComparison.Ordinal);
        string[] columns =
        [
            "domain: acme.okta.com", "interval: 5m", "lag: 2m", "token: secret:okta-system-log-example-token", "template: github-enterprise-audit", "enterprise: acme", "enabled: false",
            "application: drive", "serviceAccount: secret:drive-serviceaccount", "destination: splunk",
        ];
        Assert.All(columns, column => Assert.Contains(column, text, StringComparison.Ordinal));
        string[] notes =
        [
            "source 'okta-system-log-example': 'odd' has no equivalent", "'key' is written in base64 there", "the processor 'split_path' is left out", "'outputs' is left out",
            "'bigquery.json': the connector 'bigquery_query' has no template here", "secret:gh-token: its value is 'vault/github' in Grove's secrets backend",
        ];
        Assert.All(notes, note => Assert.Contains(note, result.Error, StringComparison.Ordinal));
        run.Write("rows.yaml", text);
        await run.DoneAsync("validate", "rows.yaml");
    }

    [Theory]
    [InlineData("sources: [")]
    [InlineData("- a")]
    [InlineData("other: 1")]
    public async Task A_file_without_sources_fails(string text)
    {
        using var run = CliRun.Offline();
        run.Write("file.yaml", text);
        foreach (var kind in new[] { "flicker", "grove" })
        {
            var result = await run.RunAsync("sources", "import", kind, "file.yaml", "--output", "rows.yaml");
            Assert.Equal((1, ""), (result.ExitCode, result.Output));
            Assert.False(File.Exists(Path.Combine(run.Folder, "rows.yaml")));
        }

        Assert.Equal(1, (await run.RunAsync("sources", "import", "grove", "none.json")).ExitCode);
    }

    [Fact]
    public void Every_connector_leads_to_a_template_and_parameters_that_it_has()
    {
        var catalog = new TemplateCatalog();
        Assert.NotEmpty(GroveConnectors.Entries);
        Assert.All(GroveConnectors.Entries.Values, connector =>
        {
            var template = catalog.Find(connector.Template);
            Assert.True(template is not null, connector.Template);
            Assert.Empty(connector.Columns.Select(column => column.Column).Except(template.Parameters.Select(parameter => parameter.Name)));
        });
    }
}
