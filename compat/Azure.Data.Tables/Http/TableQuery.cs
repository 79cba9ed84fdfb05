using Azure.Core;

namespace Azure.Data.Tables.Http;

/// <summary>
/// A query and where its next page begins. The service says that in headers <c>x-ms-continuation-Next...</c> and wants it back as
/// query parameters <c>Next...</c>; a header that is missing means a parameter that is left out.
/// </summary>
internal sealed class TableQuery(
    TableConnection connection, string path, string? filter, int? maxPerPage, string? select, string[] marks)
{
    private const char Separator = ' '; // never in a mark, which is safe in a URL

    public async Task<(Response Response, string? Continuation)> GetPageAsync(
        string? continuation, int? pageSize, CancellationToken cancellationToken)
    {
        using var message = connection.CreateMessage(RequestMethod.Get, path, Expected.Ok);
        var uri = message.Request.Uri;
        AppendQuery(uri, "$top", (pageSize ?? maxPerPage)?.ToString());
        AppendQuery(uri, "$select", select);
        AppendQuery(uri, "$filter", filter);
        foreach (var (mark, value) in marks.Zip(continuation?.Split(Separator) ?? []))
        {
            AppendQuery(uri, mark, value);
        }
        var response = await connection.SendAsync(message, cancellationToken).ConfigureAwait(false);
        return (response, Continuation(response));
    }

    private string? Continuation(Response response)
    {
        var continuation = string.Join(
            Separator, marks.Select(mark => response.Headers.TryGetValue($"x-ms-continuation-{mark}", out var value) ? value : ""));
        return continuation.Trim(Separator).Length == 0 ? null : continuation;
    }

    private static void AppendQuery(RequestUriBuilder uri, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            uri.AppendQuery(name, value, escapeValue: true);
        }
    }
}
