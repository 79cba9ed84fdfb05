using System.Runtime.CompilerServices;

namespace Azure.Data.Tables.Http;

/// <summary>The pages of a query, fetched one at a time as they are asked for.</summary>
internal sealed class QueryPages<T>(TableQuery query, Func<Response, IReadOnlyList<T>> read, CancellationToken cancellationToken)
    : AsyncPageable<T>(cancellationToken) where T : notnull
{
    public override IAsyncEnumerable<Page<T>> AsPages(string? continuationToken = null, int? pageSizeHint = null) =>
        GetPagesAsync(continuationToken, pageSizeHint, CancellationToken);

    private async IAsyncEnumerable<Page<T>> GetPagesAsync(
        string? continuation, int? pageSize, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        do
        {
            var page = await query.GetPageAsync(continuation, pageSize, cancellationToken).ConfigureAwait(false);
            continuation = page.Continuation;
            yield return Page<T>.FromValues(read(page.Response), continuation, page.Response);
        }
        while (continuation is not null);
    }
}
