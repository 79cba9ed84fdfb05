using AuditFunctions.Http.Tokens;

namespace AuditFunctions.Destinations;

/// <summary>What senders are made with.</summary>
/// <param name="Http">Gives the HTTP client for destinations: no redirects, no cookies, no time-out of its own.</param>
/// <param name="Credentials">The identities that SDK clients sign in with.</param>
/// <param name="Time">The clock.</param>
public sealed record SenderServices(Func<HttpClient> Http, EntraCredentials Credentials, TimeProvider Time)
{
    /// <summary>The folder below which destinations may write files; null where none may.</summary>
    public string? FileFolder { get; init; }

    /// <summary>Standard output.</summary>
    public SharedOutput Output { get; init; } = new(Console.OpenStandardOutput);
}
