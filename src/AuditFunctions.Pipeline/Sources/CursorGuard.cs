using AuditFunctions.Pipeline.Secrets;
using AuditFunctions.Pipeline.Sources.Auth;
using AuditFunctions.Pipeline.Sources.Definition;
using AuditFunctions.Pipeline.Sources.Paging;
using AuditFunctions.Pipeline.Sources.Requests;

namespace AuditFunctions.Pipeline.Sources;

/// <summary>Keeps credentials out of cursors, which are stored: vendors repeat the request's query, and with it our key, in the link to the next page.</summary>
internal static class CursorGuard
{
    // A shorter text stands in a cursor by chance.
    private const int ShortestSecret = 8;

    /// <summary>The page's end with a cursor that may be stored.</summary>
    /// <exception cref="RequestException">The cursor repeats a secret that cannot be taken out of it.</exception>
    public static PageEnd Clean(SourceDefinition source, PageQuery query, PageEnd end, IReadOnlyDictionary<string, SecretText> secrets)
    {
        if (end.Cursor is not { } cursor)
        {
            return end;
        }

        if (source.Paging.Kind.CursorIsUrl && source.Auth is QueryAuth auth)
        {
            cursor = WithoutParameter(cursor, auth.Name);
        }

        foreach (var secret in secrets.Values.Select(secret => secret.Reveal()).Where(secret => secret.Length >= ShortestSecret))
        {
            if (cursor.Contains(secret, StringComparison.Ordinal) || Uri.UnescapeDataString(cursor).Contains(secret, StringComparison.Ordinal))
            {
                throw new RequestException("the vendor repeats a secret in the cursor of the next page, which would be stored; use another way of paging or of authentication.");
            }
        }

        return new PageEnd(cursor, end.IsLast || cursor == query.Cursor);
    }

    private static string WithoutParameter(string url, string name)
    {
        var start = url.IndexOf('?', StringComparison.Ordinal);
        if (start < 0)
        {
            return url;
        }

        var kept = url[(start + 1)..].Split('&').Where(pair => Uri.UnescapeDataString(pair.Split('=', 2)[0]) != name);
        return $"{url[..start]}?{string.Join('&', kept)}".TrimEnd('?');
    }
}
