using AuditFunctions.Sources.Catalogs;

namespace AuditFunctions.Tests.Sources;

/// <summary>A wrong row is told everything that is wrong with it, in these words.</summary>
public sealed class DefinitionReaderTests
{
    private const string Literal = "s3cret-literal";

    public static TheoryData<string[], string[]> Rows() => new()
    {
        {
            [],
            [
                "template: is missing. 'auditfn templates list' lists them all. Or give a 'definition'.",
            ]
        },
        {
            ["template=okta"],
            [
                "template: 'okta' is unknown; near it: okta-apps, okta-users, okta-groups, okta-system-log. 'auditfn templates list' lists them all.",
            ]
        },
        {
            ["template=okta-system-log"],
            [
                "domain: is missing: Host of the Okta organisation.",
                "token: is missing: API token of an administrator who may read the System Log (read-only administrator will do).",
            ]
        },
        {
            ["template=okta-system-log", "domain=acme.okta.com", $"token={Literal}"],
            [
                "token: is a secret and must be a reference such as secret:okta-prod (letters, digits, '-'); store the value in the vault, not in the row.",
            ]
        },
        {
            ["template=okta-system-log", "domain=https://acme.okta.com/", "token=secret:token"],
            [
                "domain: is 'https://acme.okta.com/'; allowed: a host name such as acme.okta.com, without https:// and path.",
            ]
        },
        {
            ["template=okta-system-log", "domain=acme.okta.com", "token=secret:token", "filtre=x", "Interval=1s", "enabled=ja", "since=yesterday", "expectEvery=1s", "pageSize=5000", "baseUrl=http://acme.example"],
            [
                "filtre: is no parameter of template 'okta-system-log'; its parameters: domain, filter, token.",
                "baseUrl: must be an https:// URL (http:// only to this machine itself, 127.0.0.1 or localhost).",
                "enabled: is 'ja'; allowed: true, false.",
                "interval: is '1s'; allowed: a duration such as 30s, 5m, 1h30m or 7d, from 10s to 7d.",
                "since: is 'yesterday'; allowed: an instant from 1970 on, such as 2026-01-01T00:00:00Z.",
                "expectEvery: is '1s'; allowed: a duration such as 30s, 5m, 1h30m or 7d, from 1m to 366d.",
                "pageSize: is '5000'; allowed: a whole number from 1 to 1000.",
            ]
        },
        {
            ["template=okta-system-log", "domain=acme.okta.com", "token=secret:token", "filter=secret:token"],
            [
                "filter: is no secret parameter and takes no secret: reference.",
            ]
        },
        { ["template=okta-system-log", "domain=acme.okta.com", "token=secret:token", "filter=a\nX: b"], ["filter: holds a control character or line break."] },
        {
            ["template=okta-system-log", "domain=acme.okta.com", "token=secret:token", "destination="],
            [
                "destination: is missing: name one destination, or several separated by commas.",
            ]
        },
        {
            ["template=okta-system-log", "domain=acme.okta.com", "token=secret:token", "destination=a,B"],
            [
                "destination: 'B' is no destination name; allowed: 1 to 63 lower-case letters, digits, '-', '_' and '.', starting with a letter or digit.",
            ]
        },
        {
            ["template=github-organization-audit", "org=..", "token=secret:token", "include=some"],
            [
                "include: is 'some'; allowed: web, git, all.",
                "org: is '..', which leads elsewhere in an address.",
            ]
        },
        {
            ["template=http-json", "url=https://a.example", "time=at", "query=a={nope}&b"],
            [
                "query: has an entry without '='.",
                "query: uses the unknown placeholder '{nope}'; allowed: consumer, cursor, cursor.NAME, from, item.PATH, job.NAME, job.handle, now, offset, page, pageSize, partition.NAME, step.NAME, to, uuid and the row's secrets.",
            ]
        },
        {
            ["template=http-json", "url=https://a.example", "time=at", "auth=header", "authName=bad name", "apiKey=secret:token"],
            [
                "authName: holds the name 'bad name'; a header name has letters, digits and '-'.",
            ]
        },
        {
            // What follows from a wrong host or choice is not said once more, as if the URL were to be corrected.
            ["template=okta-system-log", "domain=acme okta.com", "token=secret:token"],
            ["domain: is 'acme okta.com'; allowed: a host name such as acme.okta.com, without https:// and path."]
        },
        {
            ["template=okta-system-log", "domain=acme", "token=secret:token"],
            ["domain: is 'acme', which is no whole host name; allowed: one such as acme.okta.com."]
        },
        {
            ["template=entra-sign-ins", "auth=secret", "clientSecret=secret:s"],
            [
                "tenant: is missing: the directory's (tenant's) id or domain.",
                "clientId: is missing: the app registration's application id.",
            ]
        },
        {
            ["template=lastpass-reporting", "account=1", "provisioningHash=secret:s", "timeZone=Mars"],
            ["timeZone: 'Mars' is no time zone known here. Allowed are IANA names such as Europe/Berlin."]
        },
        {
            ["template=entra-sign-ins", "auth=password"],
            ["auth: is 'password'; allowed: identity, secret, certificate."]
        },
        { ["template=http-json", "url=https://a.example", "time=at", "auth=bearer"], ["token: is missing: the token."] },
        {
            ["template=http-json", "url=https://a.example", "time=at[", "paging=cursor", "stopPath=more"],
            [
                "time: 'at[' is no JSON path: expected a quoted name, a number or member=text at position 4. Allowed are names of letters, digits, '_' and '-' joined by '.', ['any name'], [0], [-1] and [member=text].",
                "next: must name where the next page stands: either 'path' (in the body) or 'header'.",
                "stopIs: is missing: The flag's value that ends it.",
            ]
        },
        {
            ["template=http-json", "url=https://a.example?key=1", "time=at", "timeFormat=nonsense"],
            [
                "url: must not hold a query or fragment.",
                "timeFormat: 'nonsense' is no time format. Allowed are iso8601, iso8601-s, iso8601-us, iso8601-ns, rfc3339, rfc2822, unix-s, unix-ms, unix-us, unix-ns, json-date and .NET patterns with year, month and day, such as yyyy-MM-dd HH:mm:ss (hh only with tt).",
            ]
        },
        { ["definition=a: ["], ["definition line 2: is not valid YAML: While parsing a node, did not find expected node content."] },
        { ["definition=- a"], ["definition: must be YAML or JSON with keys and values."] },
        {
            ["definition=parameters: { '': { description: x } }\nbaseUrl: https://a.example\ntime: at"],
            [
                "parameters.: must be a camelCase word of letters and digits.",
                "is missing: x",
            ]
        },
        {
            ["definition=parameters: { from: { description: x }, Up: {}, ok: { description: x, type: colour } }\nbaseUrl: https://a.example\ntime: at"],
            [
                "parameters.from: is a word that every source already has; choose another.",
                "parameters.Up: must be a camelCase word of letters and digits.",
                "parameters.Up.description: is missing.",
                "parameters.ok.type (line 1): is 'colour'; allowed: text, host, url, integer, boolean, duration, template.",
                "from: is missing: x",
                "Up: is missing: ",
                "ok: is missing: x",
            ]
        },
        {
            ["definition=baseUrl: https://a.example\ntime: at\nrequest: { path: '/{cursor:jsn}', bodyFormat: form, body: [1] }"],
            [
                "request.body (line 3): must be a map of texts when bodyFormat is form.",
                "request.path (line 3): uses '{cursor:jsn}'; a format may follow only {from}, {to} and {now}, and {cursor:json} in a body.",
            ]
        },
        {
            ["definition=baseUrl: https://a.example\ntime: at\npaging: { kind: cursor, path: n, stop: [{ total: t }, sometimes, { pth: x }] }"],
            [
                "paging.stop.total (line 3): counts pages or events; allowed with the kinds page and offset.",
                "paging.stop (line 3): allowed: empty-page, short-page, no-cursor, before-window, { path: has_more, is: false }, { total: meta.total }, { pages: meta.pages }, { header: X-Result-Count, differs: X-Limit }, { header: X-Has-More, is: false }.",
                "paging.stop.path: is missing.",
                "paging.stop.is: is missing.",
                "paging.stop.pth (line 3): is not known here; allowed: header, is, pages, path, total. Did you mean 'path'?",
            ]
        },
        {
            ["definition=baseUrl: https://a.example\ntime: at\nauth: { scheme: header, headers: { X-Key: '{now} {from}', Y: '{session.none}' } }"],
            [
                "auth.headers.Y: uses the unknown placeholder '{session.none}'; allowed: consumer, cursor, cursor.NAME, from, item.PATH, job.NAME, job.handle, now, offset, page, pageSize, partition.NAME, step.NAME, to, uuid.",
                "auth.headers.X-Key: uses '{from}', which has no value here; allowed: now and the row's secrets.",
            ]
        },
        {
            ["definition=baseUrl: https://a.example\ntime: at\nerrors: [{ path: ok, equals: false }, x]\nsession: []\nauth: { scheme: kerberos }"],
            [
                $"auth.scheme (line 5): is 'kerberos'; allowed: {string.Join(", ", AuthCatalog.Schemes.Names)}.",
                "errors.equals (line 3): is not known here; allowed: action, from, header, is, isNot, path, status, wait.",
                "errors (line 3): must be a list such as [{ path: success, is: false }].",
                "session (line 4): is not known here; allowed: auth, baseUrl, errors, events, expand, id, job, limits, next, order, paging, partitions, processors, progress, request, routes, snapshot, steps, throttling, time, timing.",
            ]
        },
        {
            ["definition=baseUrl: https://a.example\ntime: at\nroutes:\n  siem: [{ action: shred }, x]\n  elsewhere: [{ action: remove, paths: [a] }]"],
            [
                $"routes.siem[0].action (line 4): is 'shred'; allowed: {string.Join(", ", ProcessorCatalog.Actions.Names)}.",
                "routes.siem[1] (line 4): must be a map with 'action' and its keys.",
                "routes.elsewhere (line 5): is no destination of this source; its destinations: siem.",
            ]
        },
        {
            ["definition=baseUrl: https://a.example\ntime: at", "routes=elsewhere: [{ action: remove, paths: [a] }]"],
            ["routes.elsewhere (line 1): is no destination of this source; its destinations: siem."]
        },
        {
            ["definition=baseUrl: https://a.example\ntime: at\nprocessors: [{ action: encrypt-subject, subject: user, paths: [user], key: 'secret:s' }]\nroutes:\n  siem: [{ action: encrypt-subject, subject: user, paths: [ip], key: 'secret:s' }]"],
            ["routes.siem[0].subject (line 5): is 'user', which an entry before this one encrypts: name all paths of a subject in one entry."]
        },
        {
            ["definition=baseUrl: https://a.example\ntime: at", "routes=- { action: remove, paths: [a] }"],
            ["routes (line 1): must be a map from a destination's name to a list of processors."]
        },
        {
            ["definition=baseUrl: https://a.example\ntime: { path: at, format: unix-s, tz: UTC }\ntiming: { interval: 1s, expectEvery: 2y }\nlimits: { pageSize: 0 }"],
            [
                "time.tz (line 2): is not known here; allowed: format, path, zone.",
                "timing.interval (line 3): is '1s'; allowed: a duration such as 30s, 5m, 1h30m or 7d, from 10s to 7d.",
                "timing.expectEvery (line 3): is '2y'; allowed: a duration such as 30s, 5m, 1h30m or 7d, from 1m to 366d.",
                "limits.pageSize (line 4): is '0'; allowed: a whole number from 1 to 100000.",
            ]
        },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_wrong_row_is_told_everything_that_is_wrong(string[] columns, string[] expected)
    {
        var pairs = columns.Select(column => column.Split('=', 2)).Select(pair => (pair[0], pair[1].Length == 0 ? null : pair[1]));
        var problems = Pull.ProblemsOf(pairs);
        Assert.Equal(expected, problems);
        Assert.DoesNotContain(Literal, string.Join(' ', problems), StringComparison.Ordinal);
    }
}
