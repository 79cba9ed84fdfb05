using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Events;
using AuditFunctions.Sources.Auth;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Paging;
using AuditFunctions.Sources.Requests;

namespace AuditFunctions.Sources;

/// <summary>Which page to ask for.</summary>
/// <param name="From">Start of the window.</param>
/// <param name="To">End of the window.</param>
/// <param name="Cursor">Cursor of the page; null for the first.</param>
/// <param name="PageSize">How many events to ask for; null for as many as the definition says.</param>
/// <param name="NotAfter">When the answer must be there, if that is before the request's own time-out.</param>
public sealed record PageQuery(DateTimeOffset From, DateTimeOffset To, string? Cursor, int? PageSize = null, DateTimeOffset? NotAfter = null);

/// <summary>Asks a vendor for pages. Thread safe.</summary>
public sealed class VendorClient(IHttpClientFactory clients, ISecretStore secrets, TokenCache tokens, TimeProvider time) : IPageSource
{
    /// <summary>The name of the HTTP client: no redirects, no cookies, no time-out of its own.</summary>
    public const string ClientName = "vendor";

    /// <summary>Largest page, decompressed: beyond it a page counts as failed, so that a gzip bomb costs no more than this.</summary>
    public const int MaxPageBytes = 128 * 1024 * 1024;

    /// <summary>Asks for one page; on 401 or 403 once more with secrets and tokens read anew.</summary>
    public async Task<PageResult> GetPageAsync(SourceDefinition source, PageQuery query, CancellationToken cancellationToken)
    {
        var known = await AskAsync(source, query, SecretRead.Cached, cancellationToken);
        if (known is PageResult.Refused { StatusCode: 401 or 403 })
        {
            tokens.Forget(TokenKey(source));
            return await AskAsync(source, query, SecretRead.Fresh, cancellationToken);
        }

        return known;
    }

    private static string TokenKey(SourceDefinition source) => $"{source.Name}/{source.Fingerprint}";

    private async Task<PageResult> AskAsync(SourceDefinition source, PageQuery query, SecretRead read, CancellationToken cancellationToken)
    {
        var left = query.NotAfter - time.GetUtcNow() is { } rest && rest < source.Timing.RequestTimeout ? rest : (TimeSpan?)null;
        using var timeout = new CancellationTokenSource(left is null ? source.Timing.RequestTimeout : left > TimeSpan.Zero ? left.Value : TimeSpan.Zero, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            var values = await ValuesAsync(source, query, read, linked.Token);
            var draft = RequestBuilder.Build(source, values);
            var client = clients.CreateClient(ClientName);
            var refusal = await source.Auth.ApplyAsync(draft, new AuthContext(values, tokens, TokenKey(source), client), linked.Token);
            if (refusal is not null)
            {
                return ResponseMeaning.OfRefusal(refusal);
            }

            using var message = draft.ToMessage();
            using var response = await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, linked.Token);
            if (!response.IsSuccessStatusCode)
            {
                return await ResponseMeaning.OfErrorAsync(source, message.RequestUri!, response, time.GetUtcNow(), linked.Token);
            }

            return await ReadPageAsync(source, query, values.Secrets, message.RequestUri!, response, linked.Token);
        }
        catch (SecretException exception)
        {
            return new PageResult.Refused(0, exception.Message);
        }
        catch (RequestException exception)
        {
            return new PageResult.Refused(0, exception.Message, exception.IsOfCursor);
        }
        catch (HttpRequestException exception)
        {
            return new PageResult.Failed(0, $"no answer: {exception.HttpRequestError}");
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException)
        {
            return new PageResult.Failed(0, "the answer broke off or is not readable");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return left is null
                ? new PageResult.Failed(0, $"no whole answer within {source.Timing.RequestTimeout.TotalSeconds:0} s") { IsTooMuch = true }
                : new PageResult.Failed(0, $"no whole answer within the {left.Value.TotalSeconds:0} s that were left of the run");
        }
    }

    private async Task<RequestValues> ValuesAsync(SourceDefinition source, PageQuery query, SecretRead read, CancellationToken cancellationToken)
    {
        var known = new Dictionary<string, SecretText>(source.Secrets.Count, StringComparer.Ordinal);
        foreach (var (placeholder, name) in source.Secrets)
        {
            known[placeholder] = await secrets.GetAsync(name, read, cancellationToken);
        }

        return new RequestValues
        {
            From = query.From,
            To = query.To,
            Now = time.GetUtcNow(),
            Cursor = query.Cursor,
            Position = source.Paging.Kind.Position(query.Cursor),
            PageSize = query.PageSize ?? source.Timing.PageSize,
            Secrets = known,
        };
    }

    private static async Task<PageResult> ReadPageAsync(
        SourceDefinition source,
        PageQuery query,
        IReadOnlyDictionary<string, SecretText> secrets,
        Uri url,
        HttpResponseMessage response,
        CancellationToken cancellationToken)
    {
        var bytes = new PooledBytes();
        var cut = new CutPage();
        var content = new PageContent(bytes, cut);
        var keep = false;
        try
        {
            var status = (int)response.StatusCode;
            if (PageMeaning.OfOddSuccess(status) is { } odd)
            {
                return new PageResult.Failed(status, odd);
            }

            if (!await PageReader.ReadAsync(response.Content, bytes, MaxPageBytes, cancellationToken))
            {
                return new PageResult.Failed(status, $"the page is larger than {MaxPageBytes >> 20} MB; ask for smaller pages with pageSize") { IsTooMuch = true };
            }

            if (bytes.Length == 0)
            {
                if (status == 200 && query.Cursor is not null && source.Order != EventOrder.Ascending && source.Reading.Plan.Format == PageFormat.Json)
                {
                    // Taken for the last page, it would leave out the rest of a window that has begun.
                    return new PageResult.Failed(status, "the answer is empty in the middle of a window");
                }

                // 204, or 200 with nothing: no events.
                keep = true;
                return new PageResult.Page(content, new PageEnd(null, IsLast: true));
            }

            if (FaultOf(bytes, source.Reading.Plan, cut) is { } fault)
            {
                keep = true;
                return new PageResult.Failed(status, PageMeaning.OfUnreadablePage(response, bytes.WrittenSpan, fault)) { Broken = content };
            }

            var view = new PageView(bytes.WrittenMemory, cut, response.Headers, url, query.Cursor, query.PageSize ?? source.Timing.PageSize);
            foreach (var rule in source.Reading.Errors)
            {
                if (PageMeaning.IsError(rule, view))
                {
                    return new PageResult.Failed(status, $"the vendor's answer says that it is an error ('{rule.Path}')");
                }
            }

            var end = CursorGuard.Clean(source, query, source.Paging.EndOf(view), secrets);
            if (PageMeaning.OfEnd(source, cut, end) is { } wrong)
            {
                return new PageResult.Failed(status, wrong);
            }

            keep = true;
            return new PageResult.Page(content, end);
        }
        finally
        {
            if (!keep)
            {
                content.Dispose();
            }
        }
    }

    // A page of another shape has no events before its fault: what was found in it are the parts of something else.
    private static CutError? FaultOf(PooledBytes bytes, PagePlan plan, CutPage cut)
    {
        if (PageCutter.Cut(bytes.WrittenSpan, plan, cut) is { } error)
        {
            return PageMender.Mend(bytes, plan, cut, error);
        }

        var shape = PageMeaning.OfShape(plan, bytes.WrittenSpan, cut);
        if (shape is not null)
        {
            cut.Clear();
        }

        return shape;
    }
}
