using AuditFunctions.Configuration;
using AuditFunctions.Sources.Requests;

namespace AuditFunctions.Sources.Auth.Query;

/// <summary>A key in the query.</summary>
internal sealed class QueryAuth(string name, TextTemplate value) : IAuthScheme
{
    /// <summary>Its place in the catalog.</summary>
    public static AuthEntry Entry { get; } = new(
        "query",
        "`query` | `name`, `value` | A query parameter.",
        (reader, _) => new QueryAuth(reader.Required("name"), AuthValue.Required(reader, "value")));

    /// <inheritdoc/>
    public IReadOnlyList<string> QueryParameters { get; } = [name];

    /// <inheritdoc/>
    public ValueTask<AuthRefusal?> ApplyAsync(RequestDraft draft, AuthContext context, CancellationToken cancellationToken)
    {
        draft.Query.Add(new(QueryParameters[0], AuthValue.Render(value, context.Values) ?? ""));
        return new((AuthRefusal?)null);
    }
}
