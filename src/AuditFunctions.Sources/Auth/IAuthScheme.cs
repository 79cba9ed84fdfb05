using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Http.Signatures;
using AuditFunctions.Http.Tokens;
using AuditFunctions.Sources.Requests;

namespace AuditFunctions.Sources.Auth;

/// <summary>A way to prove who we are. Immutable. A folder per scheme; what others need to know of a scheme is said here.</summary>
public interface IAuthScheme
{
    /// <summary>The query parameters that carry credentials: a vendor's link that repeats them is kept without them.</summary>
    IReadOnlyList<string> QueryParameters => [];

    /// <summary>The addresses of token requests, with placeholders as they are.</summary>
    IReadOnlyList<string> TokenAddresses => [];

    /// <summary>Whether what the vendor gives in exchange for a secret takes its place, so that it must be kept.</summary>
    bool ReplacesSecrets => false;

    /// <summary>Adds credentials to a request, first asking for a token where the scheme has one.</summary>
    /// <returns>Null when done, else what the token endpoint refused.</returns>
    ValueTask<AuthRefusal?> ApplyAsync(RequestDraft draft, AuthContext context, CancellationToken cancellationToken);
}

/// <summary>What a scheme needs beside its own settings.</summary>
/// <param name="Values">The request's values, secrets among them.</param>
/// <param name="Tokens">Tokens that are still good, shared by all partitions of all sources.</param>
/// <param name="TokenKey">The key of this source's token: changes with its definition.</param>
/// <param name="Client">For the token request.</param>
public sealed record AuthContext(RequestValues Values, TokenCache Tokens, string TokenKey, HttpClient Client)
{
    /// <summary>Where numbers come from that must not repeat.</summary>
    public required Random Random { get; init; }

    /// <summary>The app's own identity, for Microsoft's APIs.</summary>
    public required EntraTokens Identity { get; init; }

    /// <summary>Whether credentials are to be read anew, since the vendor refused them.</summary>
    public SecretRead Read { get; init; }

    /// <summary>Takes what is made of the secrets or was given in exchange for them, so that it is kept out of messages as well.</summary>
    public ICollection<SecretText> Credentials { get; init; } = [];

    /// <summary>Throws a <see cref="SecretException"/> when the source's secrets may not be sent to an address.</summary>
    public Action<Uri> CheckHost { get; init; } = _ => { };

    /// <summary>Takes notes of a token request and its answer; null in a run.</summary>
    public Action<HttpRequestMessage, HttpResponseMessage>? Note { get; init; }

    /// <summary>A number in 32 hex digits that no other request has.</summary>
    public string NewNumber() => NewId().Replace("-", "", StringComparison.Ordinal);

    /// <summary>The same in the form of a random UUID (RFC 9562, version 4).</summary>
    public string NewId() => RandomId.New(Random);

    /// <summary>Sends a token request. Of its answer no body is ever shown.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage message, CancellationToken cancellationToken)
    {
        CheckHost(message.RequestUri!);
        RequestDraft.NameUs(message);
        var response = await Client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        Note?.Invoke(message, response);
        return response;
    }
}

/// <summary>A token endpoint's refusal.</summary>
/// <param name="StatusCode">HTTP status; 0 when there was no answer.</param>
/// <param name="Reason">What failed, without secrets.</param>
/// <param name="RetryAfter">When to try again, if the endpoint said so.</param>
public sealed record AuthRefusal(int StatusCode, string Reason, TimeSpan? RetryAfter)
{
    /// <summary>What to do about it.</summary>
    public string Advice { get; init; } = "Check the client id and secret.";

    /// <summary>What it means, where that does not follow from its status.</summary>
    public RefusalKind Kind { get; init; }

    /// <summary>A key that cannot sign.</summary>
    internal static AuthRefusal OfKey(SigningException exception) => new(401, exception.Message, null) { Advice = "Check the key, and that the vendor knows it." };
}

/// <summary>What a refusal means.</summary>
public enum RefusalKind
{
    /// <summary>What its status says.</summary>
    ByStatus,

    /// <summary>Too much was asked for.</summary>
    Throttle,

    /// <summary>It may be gone next time.</summary>
    Failure,

    /// <summary>Somebody must change something.</summary>
    Lasting,

    /// <summary>The same, and it is asked again only after a long rest.</summary>
    Rest,
}
