using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Events;
using AuditFunctions.Http.Tokens;
using AuditFunctions.Sources.Auth;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Paging;
using AuditFunctions.Sources.Requests;

namespace AuditFunctions.Sources;

/// <summary>Asks a vendor for pages. Thread safe.</summary>
public sealed class VendorClient(
    VendorNetworks networks, ISecretStore secrets, TokenCache tokens, EntraTokens identity, PageMemory memory, TimeProvider time, Random random) : IPageSource
{
    /// <summary>Largest page, decompressed, where the process has the memory for it: a gzip bomb costs no more than this.</summary>
    public const int MaxPageBytes = 128 * 1024 * 1024;

    private static readonly Dictionary<string, SecretText> NoSecrets = [];

    /// <summary>Asks for one page; on 401 or 403 once more with secrets and tokens read anew.</summary>
    public async Task<PageResult> GetPageAsync(SourceDefinition source, PageQuery query, CancellationToken cancellationToken)
    {
        return source.Timing.IsWithinDay ? await DayPages.AskAsync(source, query, one => AskOneAsync(source, one, cancellationToken)) : await AskOneAsync(source, query, cancellationToken);
    }

    private async Task<PageResult> AskOneAsync(SourceDefinition source, PageQuery query, CancellationToken cancellationToken)
    {
        return await AskTwiceAsync(source, query, cancellationToken) is var result && result is PageResult.Page page
            ? page with { End = source.Paging.Kind.EndOf(query.Cursor, page.End) }
            : result;
    }

    private async Task<PageResult> AskTwiceAsync(SourceDefinition source, PageQuery query, CancellationToken cancellationToken)
    {
        var used = new List<SecretText>();
        var known = await AttemptAsync(source, query, SecretRead.Cached, used, cancellationToken);
        if (known is PageResult.Refused { StatusCode: 401 or 403 } || MustStepAgain(source, known) || LeadsToLogin(source, known))
        {
            var key = TokenKeys.Of(source, query);
            tokens.Forget(key, used);
            if (source.Steps.Count > 0)
            {
                tokens.ForgetBelow(StepRequests.KeyOf(key));
            }

            return await AttemptAsync(source, query, SecretRead.Fresh, [], cancellationToken);
        }

        return known;
    }

    private static bool MustStepAgain(SourceDefinition source, PageResult result) =>
        source.Steps.Count > 0
        && ((result as PageResult.Refused)?.StatusCode ?? (result as PageResult.Failed)?.StatusCode) is { } status
        && source.Steps.Any(step => step.AgainAfter.Contains(status));

    // How a session that is over is refused by vendors whose pages are for people too.
    private static bool LeadsToLogin(SourceDefinition source, PageResult result) =>
        source.Auth.TokenAddresses.Count > 0 && result is PageResult.Refused { StatusCode: 302 or 303 or 307 };

    private async Task<PageResult> AttemptAsync(SourceDefinition source, PageQuery query, SecretRead read, List<SecretText> known, CancellationToken cancellationToken)
    {
        using var attempt = new PageAttempt(source, query, read, known, time, cancellationToken);
        try
        {
            return attempt.Masked(await AskAsync(attempt));
        }
        catch (Exception exception) when (attempt.FailureOf(exception) is { } failure)
        {
            return attempt.Masked(failure);
        }
    }

    private async Task<PageResult> AskAsync(PageAttempt attempt)
    {
        var (source, query) = (attempt.Source, attempt.Query);
        var values = ValuesOf(source, query, await SecretsAsync(source.Secrets, attempt.Read, attempt.Stop), attempt.Known);
        attempt.Known.AddRange(values.Secrets.Values);
        var (client, certificate) = await ClientOfAsync(source, attempt.Read, attempt.Known, attempt.Stop);
        var context = new AuthContext(values, tokens, TokenKeys.Of(source, query), client)
        {
            Random = random,
            Identity = identity,
            Read = attempt.Read,
            Credentials = attempt.Known,
            CheckHost = url => CheckHost(source, values, certificate, url),
            Note = query.Inspection is { } token ? (sent, got) => token.Note(sent, requestBody: null, got, answer: null, new Redactor(attempt.Known)) : null,
        };
        if (source.Steps.Count > 0 && await StepRequests.RunAsync(source, values, context, attempt.Stop) is { } stuck)
        {
            return ResponseMeaning.OfRefusal(stuck);
        }

        var draft = RequestBuilder.Build(source.RequestFor(query.Cursor), source.Paging.Kind.CursorIsUrl, values);

        // An item's link to elsewhere takes no credential along.
        return !draft.IsElsewhere && await SignAsync(attempt, draft, context) is { } refusal
            ? ResponseMeaning.OfRefusal(refusal)
            : await AnswerAsync(attempt, client, draft, values);
    }

    private static async Task<AuthRefusal?> SignAsync(PageAttempt attempt, RequestDraft draft, AuthContext context)
    {
        context.CheckHost(draft.Url);
        var before = SignedParts.Before(draft);
        if (await attempt.Source.Auth.ApplyAsync(draft, context, attempt.Stop) is { } refusal)
        {
            return refusal;
        }

        attempt.Signatures.AddRange(before.AddedTo(draft));
        return null;
    }

    private async Task<PageResult> AnswerAsync(PageAttempt attempt, HttpClient client, RequestDraft draft, RequestValues values)
    {
        var (source, query, redactor) = (attempt.Source, attempt.Query, attempt.Redactor);
        using var message = draft.ToMessage();

        // On a connection that was used before, a request whose answer broke off could be sent again unseen, and move the vendor's position twice.
        message.Headers.ConnectionClose = source.Paging.Kind.KeepsPlace ? true : null;
        attempt.Asked = message.RequestUri!;
        using var response = await SendAsync(client, message, draft, query.Inspection, redactor, attempt.Stop);
        if (!response.IsSuccessStatusCode)
        {
            await NoteErrorAsync(message, draft, response, query.Inspection, redactor, attempt.Stop);
            var error = await ResponseMeaning.OfErrorAsync(source, query.Cursor, response, time, attempt.Stop);
            return error is PageResult.Refused refused && source.Paging.EndsBefore(source.Paging.PlaceOf(query.Cursor), refused.StatusCode, values.PageSize)
                ? new PageResult.Page(new PageContent(new PooledBytes(), new CutPage()), new PageEnd(query.Cursor, IsLast: true))
                : error;
        }

        Action<ReadOnlyMemory<byte>>? note = query.Inspection is { } notes ? body => notes.Note(message, draft.Body, response, body, redactor) : null;
        var page = attempt.Page = new AskedPage(source, query, new Redactor(attempt.Known), attempt.Asked) { At = values.Now, Clock = time, Note = note };
        var result = await PageResponse.ReadAsync(page, response, memory, attempt.Stop);
        if (query.Inspection is { } next && result is PageResult.Page { End: { IsLast: false, Cursor: { } cursor } })
        {
            next.NextRequest = SafeText.OneLine(redactor.Mask(NextRequestOf(attempt, values, cursor)));
        }

        return result is PageResult.Page good ? good with { Known = page.Known } : result;
    }

    private string NextRequestOf(PageAttempt attempt, RequestValues values, string cursor)
    {
        var source = attempt.Source;
        var following = ValuesOf(source, attempt.Query with { Cursor = cursor }, values.Secrets, attempt.Known);
        following.Captured = values.Captured;
        var draft = RequestBuilder.Build(source.RequestFor(cursor), source.Paging.Kind.CursorIsUrl, following);
        return $"{draft.Method} {draft.FullUrl().AbsoluteUri}";
    }

    private static async Task<HttpResponseMessage> SendAsync(
        HttpClient client, HttpRequestMessage message, RequestDraft draft, Inspection.PageNotes? notes, Redactor redactor, CancellationToken cancellationToken)
    {
        try
        {
            return await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException)
        {
            notes?.Note(message, draft.Body, response: null, answer: null, redactor);
            throw;
        }
    }

    // Only for people: the start of the body is read once more by who decides what the answer means.
    private static async Task NoteErrorAsync(
        HttpRequestMessage message, RequestDraft draft, HttpResponseMessage response, Inspection.PageNotes? notes, Redactor redactor, CancellationToken cancellationToken)
    {
        if (notes is null)
        {
            return;
        }

        using var body = new PooledBytes();
        await PageReader.ReadAsync(response.Content, body, ResponseMeaning.MaxErrorBytes, cancellationToken);
        notes.Note(message, draft.Body, response, body.WrittenMemory, redactor);
        response.Content = new ByteArrayContent(body.WrittenSpan.ToArray());
    }

    private static void CheckHost(SourceDefinition source, RequestValues values, SecretText? certificate, Uri asked)
    {
        foreach (var (use, name) in source.Secrets)
        {
            SecretHosts.Check(name, values.Secrets.GetValueOrDefault(use), asked);
        }

        // What a client certificate proves is as good as a secret that is sent.
        if (certificate is not null)
        {
            SecretHosts.Check(source.Network!.Secrets[SourceColumns.ClientCertificate], certificate, asked);
        }
    }

    private async Task<(HttpClient Client, SecretText? Certificate)> ClientOfAsync(SourceDefinition source, SecretRead read, List<SecretText> known, CancellationToken cancellationToken)
    {
        if (source.Network is not { } network)
        {
            return (networks.ClientOf(network: null, NoSecrets), null);
        }

        var own = await SecretsAsync(network.Secrets, read, cancellationToken);
        known.AddRange(own.Values);
        if (network.Proxy is { } proxy && network.Secrets.TryGetValue(SourceColumns.ProxyCredentials, out var credentials))
        {
            SecretHosts.Check(credentials, own[SourceColumns.ProxyCredentials], proxy);
        }

        return (networks.ClientOf(network, own), own.GetValueOrDefault(SourceColumns.ClientCertificate));
    }

    private async Task<Dictionary<string, SecretText>> SecretsAsync(IReadOnlyDictionary<string, SecretName> names, SecretRead read, CancellationToken cancellationToken)
    {
        var known = new Dictionary<string, SecretText>(names.Count, StringComparer.Ordinal);
        foreach (var (placeholder, name) in names)
        {
            known[placeholder] = await secrets.GetAsync(name, read, cancellationToken);
        }

        return known;
    }

    // What people try out must not move the position of the source that runs.
    private static string Consumer(PageQuery query) => query.Inspection is null ? "" : "-test";

    private RequestValues ValuesOf(SourceDefinition source, PageQuery query, IReadOnlyDictionary<string, SecretText> read, List<SecretText> known)
    {
        var cursor = source.Paging.PlaceOf(query.Cursor).Cursor;
        var (from, to) = source.Paging.Kind.WindowOf(cursor, query.From, query.To);
        return new RequestValues
        {
            From = from,
            To = to,
            Now = time.GetUtcNow(),
            Cursor = source.Paging.Kind.TextOf(cursor),
            Consumer = Consumer(query),
            Position = source.Paging.Kind.Position(cursor),
            PageSize = query.PageSize ?? source.Timing.PageSize,
            Secrets = read,
            Credentials = known,
            Clock = time,
            Partition = query.Partition,
            Item = query.Item,
            Job = query.Job,
            JobValues = query.JobValues,
            Random = random,
        };
    }
}
