using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Events;
using AuditFunctions.Http;
using AuditFunctions.Sources.Auth;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Paging;
using AuditFunctions.Sources.Requests;

namespace AuditFunctions.Sources;

/// <summary>Asks a vendor for pages. Thread safe.</summary>
public sealed class VendorClient(IHttpClientFactory clients, ISecretStore secrets, TokenCache tokens, TimeProvider time) : IPageSource
{
    /// <summary>The name of the HTTP client: no redirects, no cookies, no time-out of its own.</summary>
    public const string ClientName = "vendor";

    /// <summary>Largest page, decompressed: beyond it a page counts as failed, so that a gzip bomb costs no more than this.</summary>
    public const int MaxPageBytes = 128 * 1024 * 1024;

    private static readonly Uri Nowhere = new("https://missing.invalid");

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
        var longest = left ?? source.Timing.RequestTimeout;
        using var timeout = new CancellationTokenSource(longest > TimeSpan.Zero ? longest : TimeSpan.Zero, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        var asked = Nowhere;
        try
        {
            var values = await ValuesAsync(source, query, read, linked.Token);
            var draft = RequestBuilder.Build(source.RequestFor(query.Cursor), source.Paging.Kind.CursorIsUrl, values);
            var client = clients.CreateClient(ClientName);
            var refusal = await source.Auth.ApplyAsync(draft, new AuthContext(values, tokens, TokenKey(source), client), linked.Token);
            if (refusal is not null)
            {
                return ResponseMeaning.OfRefusal(refusal);
            }

            using var message = draft.ToMessage();
            asked = message.RequestUri!;
            using var response = await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, linked.Token);
            if (!response.IsSuccessStatusCode)
            {
                var error = await ResponseMeaning.OfErrorAsync(source, message, response, time.GetUtcNow(), linked.Token);
                return error is PageResult.Refused refused && source.Paging.EndsBefore(source.Paging.PlaceOf(query.Cursor), refused.StatusCode, values.PageSize)
                    ? new PageResult.Page(new PageContent(new PooledBytes(), new CutPage()), new PageEnd(query.Cursor, IsLast: true))
                    : error;
            }

            return await PageResponse.ReadAsync(new AskedPage(source, query, values.Secrets, message.RequestUri!), response, linked.Token);
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
            return new PageResult.Failed(0, $"no answer: {ConnectionFailure.InWords(exception, asked)}");
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

        var cursor = source.Paging.PlaceOf(query.Cursor).Cursor;
        return new RequestValues
        {
            From = query.From,
            To = query.To,
            Now = time.GetUtcNow(),
            Cursor = cursor,
            Position = source.Paging.Kind.Position(cursor),
            PageSize = query.PageSize ?? source.Timing.PageSize,
            Secrets = known,
        };
    }
}
