using AuditFunctions.Configuration;
using AuditFunctions.Sources.Requests;

namespace AuditFunctions.Sources.Auth.Header;

/// <summary>One or more headers with fixed values: <c>Authorization: SSWS {token}</c>, or Datadog's two keys.</summary>
/// <param name="headers">Names and values.</param>
internal sealed class HeaderAuth(IReadOnlyList<KeyValuePair<string, TextTemplate>> headers) : IAuthScheme
{
    /// <summary>Its place in the catalog.</summary>
    public static AuthEntry Entry { get; } = new(
        "header",
        "`header` | `name` and `value`; or `headers`, a map of several | The headers.",
        (reader, _) => Read(reader));

    /// <inheritdoc/>
    public ValueTask<AuthRefusal?> ApplyAsync(RequestDraft draft, AuthContext context, CancellationToken cancellationToken)
    {
        foreach (var (name, value) in headers)
        {
            if (AuthValue.Render(value, context.Values) is { } text)
            {
                draft.Headers.Add(new(name, text));
            }
        }

        return new((AuthRefusal?)null);
    }

    private static HeaderAuth Read(SettingReader reader)
    {
        var headers = new List<KeyValuePair<string, TextTemplate>>();
        if (reader.Map("headers") is { } map)
        {
            foreach (var (name, _) in map.All())
            {
                HeaderName.Check(name, map.At(name), map.Problems);
                if (map.Template(name) is { } value)
                {
                    headers.Add(new(name, value));
                }
            }
        }
        else
        {
            var name = reader.Required("name");
            HeaderName.Check(name, reader.At("name"), reader.Problems);
            headers.Add(new(name, AuthValue.Required(reader, "value")));
        }

        return new HeaderAuth(headers);
    }
}
