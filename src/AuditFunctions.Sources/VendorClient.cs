using System.Security.Cryptography;
using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Events;
using AuditFunctions.Http;
using AuditFunctions.Http.Network;
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
    private static readonly Uri Nowhere = new("https://missing.invalid");

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
        var known = await AskAsync(source, query, SecretRead.Cached, used, cancellationToken);
        if (known is PageResult.Refused { StatusCode: 401 or 403 } || MustStepAgain(source, known) || LeadsToLogin(source, known))
        {
            var key = TokenKeys.Of(source, query);
            tokens.Forget(key, used);
            if (source.Steps.Count > 0)
            {
                tokens.ForgetBelow(StepRequests.KeyOf(key));
            }

            return await AskAsync(source, query, SecretRead.Fresh, [], cancellationToken);
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

    private async Task<PageResult> AskAsync(SourceDefinition source, PageQuery query, SecretRead read, List<SecretText> known, CancellationToken cancellationToken)
    {
        var signatures = new List<SecretText>();
        return Masked(await AskAsync(source, query, read, known, signatures, cancellationToken), [.. known, .. signatures], cancellationToken);
    }

    // No reason repeats a secret, whoever put it there, and no page that is kept because it is broken does.
    private static PageResult Masked(PageResult result, IReadOnlyCollection<SecretText> known, CancellationToken cancellationToken)
    {
        switch (result)
        {
            case PageResult.Refused refused:
                return refused with { Reason = SafeText.OneLine(new Redactor(known).Mask(refused.Reason)) };
            case PageResult.Failed failed:
                var redactor = new Redactor(known);
                failed.Broken?.Mask(redactor, cancellationToken);
                return failed with { Reason = SafeText.OneLine(redactor.Mask(failed.Reason)) };
            default:
                return result;
        }
    }

    private async Task<PageResult> AskAsync(SourceDefinition source, PageQuery query, SecretRead read, List<SecretText> known, List<SecretText> signatures, CancellationToken cancellationToken)
    {
        var left = query.NotAfter - time.GetUtcNow() is { } rest && rest < source.Timing.RequestTimeout ? rest : (TimeSpan?)null;
        var longest = left ?? source.Timing.RequestTimeout;
        using var timeout = new CancellationTokenSource(longest > TimeSpan.Zero ? longest : TimeSpan.Zero, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        var asked = Nowhere;
        AskedPage? page = null;
        try
        {
            var values = ValuesOf(source, query, await SecretsAsync(source.Secrets, read, linked.Token), known);
            known.AddRange(values.Secrets.Values);
            var (client, certificate) = await ClientOfAsync(source, read, known, linked.Token);
            var context = new AuthContext(values, tokens, TokenKeys.Of(source, query), client)
            {
                Random = random,
                Identity = identity,
                Read = read,
                Credentials = known,
                CheckHost = url => CheckHost(source, values, certificate, url),
                Note = query.Inspection is { } token ? (sent, got) => token.Note(sent, requestBody: null, got, answer: null, new Redactor(known)) : null,
            };
            if (source.Steps.Count > 0 && await StepRequests.RunAsync(source, values, context, linked.Token) is { } stuck)
            {
                return ResponseMeaning.OfRefusal(stuck);
            }

            var draft = RequestBuilder.Build(source.RequestFor(query.Cursor), source.Paging.Kind.CursorIsUrl, values);

            // An item's link to elsewhere takes no credential along.
            if (!draft.IsElsewhere)
            {
                context.CheckHost(draft.Url);
                var before = SignedParts.Before(draft);
                if (await source.Auth.ApplyAsync(draft, context, linked.Token) is { } refusal)
                {
                    return ResponseMeaning.OfRefusal(refusal);
                }

                signatures.AddRange(before.AddedTo(draft));
            }

            using var message = draft.ToMessage();

            // On a connection that was used before, a request whose answer broke off could be sent again unseen, and move the vendor's position twice.
            message.Headers.ConnectionClose = source.Paging.Kind.KeepsPlace ? true : null;
            asked = message.RequestUri!;
            var redactor = new Redactor([.. known, .. signatures]);
            using var response = await SendAsync(client, message, draft, query.Inspection, redactor, linked.Token);
            if (!response.IsSuccessStatusCode)
            {
                await NoteErrorAsync(message, draft, response, query.Inspection, redactor, linked.Token);
                var error = await ResponseMeaning.OfErrorAsync(source, query.Cursor, response, time, linked.Token);
                return error is PageResult.Refused refused && source.Paging.EndsBefore(source.Paging.PlaceOf(query.Cursor), refused.StatusCode, values.PageSize)
                    ? new PageResult.Page(new PageContent(new PooledBytes(), new CutPage()), new PageEnd(query.Cursor, IsLast: true))
                    : error;
            }

            Action<ReadOnlyMemory<byte>>? note = query.Inspection is { } notes ? body => notes.Note(message, draft.Body, response, body, redactor) : null;
            page = new AskedPage(source, query, new Redactor(known), asked) { At = values.Now, Clock = time, Note = note };
            var result = await PageResponse.ReadAsync(page, response, memory, linked.Token);
            if (query.Inspection is { } next && result is PageResult.Page { End: { IsLast: false, Cursor: { } cursor } })
            {
                var following = ValuesOf(source, query with { Cursor = cursor }, values.Secrets, known);
                following.Captured = values.Captured;
                var draftOfNext = RequestBuilder.Build(source.RequestFor(cursor), source.Paging.Kind.CursorIsUrl, following);
                next.NextRequest = SafeText.OneLine(redactor.Mask($"{draftOfNext.Method} {draftOfNext.FullUrl().AbsoluteUri}"));
            }

            return result is PageResult.Page good ? good with { Known = page.Known } : result;
        }
        catch (SecretException exception)
        {
            return new PageResult.Refused(0, exception.Message);
        }
        catch (ScriptFault fault)
        {
            return new PageResult.Refused(0, fault.In(source.Template));
        }
        catch (RequestException exception)
        {
            return new PageResult.Refused(0, exception.Message, exception.IsOfCursor);
        }
        catch (CryptographicException)
        {
            return new PageResult.Refused(0, TlsOptions.NotPem(SourceColumns.Authorities, SourceColumns.ClientCertificate));
        }
        catch (HttpRequestException exception)
        {
            return new PageResult.Failed(0, $"no answer: {ConnectionFailure.InWords(exception, asked)}") { IsBrokenOff = ConnectionFailure.IsHangUp(exception) };
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException)
        {
            return new PageResult.Failed(0, "the answer broke off or is not readable") { IsBrokenOff = exception is IOException };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested && !timeout.IsCancellationRequested)
        {
            // The client's own time for a connection is shorter than that for an answer.
            return new PageResult.Failed(0, $"no answer: {asked.IdnHost}:{asked.Port} took too long to accept the connection");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return page?.WaitsForMemory == true
                ? new PageResult.Failed(0, "other large pages took the memory for pages; if that happens often, raise Fetching__PageMemoryMegabytes") { IsTooMuch = true }
                : left is null
                ? new PageResult.Failed(0, $"no whole answer within {source.Timing.RequestTimeout.TotalSeconds:0} s") { IsTooMuch = true }
                : new PageResult.Failed(0, $"no whole answer within the {left.Value.TotalSeconds:0} s that were left of the run");
        }
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
