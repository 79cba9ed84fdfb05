using System.Text;
using AuditFunctions.Configuration;
using AuditFunctions.Sources.Requests;

namespace AuditFunctions.Sources.Auth;

/// <summary>No credentials, or credentials that the request itself places (LastPass wants them in the body).</summary>
public sealed class NoAuth : IAuthScheme
{
    /// <inheritdoc/>
    public ValueTask<AuthRefusal?> ApplyAsync(RequestDraft draft, AuthContext context, CancellationToken cancellationToken) => new((AuthRefusal?)null);
}

/// <summary>One or more headers with fixed values: <c>Authorization: SSWS {token}</c>, Datadog's two keys, a bearer token.</summary>
/// <param name="headers">Names and values.</param>
public sealed class HeaderAuth(IReadOnlyList<KeyValuePair<string, TextTemplate>> headers) : IAuthScheme
{
    /// <summary>Reads <c>name</c> and <c>value</c>, or a map <c>headers</c>.</summary>
    public static HeaderAuth Read(SettingReader reader)
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

    /// <summary>Reads <c>token</c>.</summary>
    public static HeaderAuth Bearer(SettingReader reader) =>
        new([new("Authorization", TextTemplate.Parse("Bearer " + AuthValue.Required(reader, "token")))]);

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
}

/// <summary>User name and password (RFC 7617).</summary>
public sealed class BasicAuth(TextTemplate username, TextTemplate password) : IAuthScheme
{
    /// <summary>Reads <c>username</c> and <c>password</c>.</summary>
    public static BasicAuth Read(SettingReader reader) =>
        new(AuthValue.Required(reader, "username"), reader.Template("password") ?? TextTemplate.OfLiteral(""));

    /// <inheritdoc/>
    public ValueTask<AuthRefusal?> ApplyAsync(RequestDraft draft, AuthContext context, CancellationToken cancellationToken)
    {
        draft.Headers.Add(new("Authorization", Header(AuthValue.Render(username, context.Values), AuthValue.Render(password, context.Values))));
        return new((AuthRefusal?)null);
    }

    /// <summary>The header's value.</summary>
    public static string Header(string? username, string? password) =>
        "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{username}:{password}"));
}

/// <summary>A key in the query.</summary>
public sealed class QueryAuth(string name, TextTemplate value) : IAuthScheme
{
    /// <summary>The parameter's name.</summary>
    public string Name { get; } = name;

    /// <summary>Reads <c>name</c> and <c>value</c>.</summary>
    public static QueryAuth Read(SettingReader reader) => new(reader.Required("name"), AuthValue.Required(reader, "value"));

    /// <inheritdoc/>
    public ValueTask<AuthRefusal?> ApplyAsync(RequestDraft draft, AuthContext context, CancellationToken cancellationToken)
    {
        draft.Query.Add(new(Name, AuthValue.Render(value, context.Values) ?? ""));
        return new((AuthRefusal?)null);
    }
}

/// <summary>Values of auth settings: text and secrets.</summary>
internal static class AuthValue
{
    /// <summary>Reads a value that must be there.</summary>
    public static TextTemplate Required(SettingReader reader, string key)
    {
        if (reader.Template(key) is { } template)
        {
            return template;
        }

        if (!reader.Has(key))
        {
            reader.Problems.Add(reader.At(key), "is missing.");
        }

        return TextTemplate.OfLiteral("");
    }

    /// <summary>Fills in secrets.</summary>
    public static string? Render(TextTemplate template, RequestValues values) =>
        template.Render(part => values.SecretOf(part.Name!) ?? (part.Name == RunPlaceholders.Now ? values.Now.ToString("O") : null));
}
