using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AuditFunctions.Configuration;
using AuditFunctions.Sources.Requests;

namespace AuditFunctions.Sources.Auth.Duo;

/// <summary>
/// Duo's signature over date, method, host, path and sorted parameters (duo.com/docs/adminapi#authentication, read 2026-11-26): version 2 with
/// HMAC-SHA1, version 5 with HMAC-SHA512 over the body's and the extra headers' hashes as well.
/// </summary>
/// <param name="integrationKey">The user name.</param>
/// <param name="secretKey">Signs.</param>
/// <param name="isFive">Whether it is version 5.</param>
internal sealed class DuoAuth(TextTemplate integrationKey, TextTemplate secretKey, bool isFive) : IAuthScheme
{
    /// <summary>Its place in the catalog.</summary>
    public static AuthEntry Entry { get; } = new(
        "duo-signature",
        "`duo-signature` | `integrationKey`, `secretKey`; `version` (`2` or `5`, default `2`) | `Date`, and `Authorization: Basic …` with Duo's signature.",
        (reader, _) => new DuoAuth(AuthValue.Required(reader, "integrationKey"), AuthValue.Required(reader, "secretKey"), reader.Choice("version", "2", "5") == "5"));

    /// <inheritdoc/>
    public ValueTask<AuthRefusal?> ApplyAsync(RequestDraft draft, AuthContext context, CancellationToken cancellationToken)
    {
        var date = context.Values.Now.UtcDateTime.ToString("ddd, dd MMM yyyy HH:mm:ss '-0000'", CultureInfo.InvariantCulture);
        var signature = Sign(draft, date, AuthValue.Render(secretKey, context.Values) ?? "", isFive);
        draft.Headers.Add(new("Date", date));
        draft.Headers.Add(new("Authorization", AuthValue.Basic(AuthValue.Render(integrationKey, context.Values), signature)));
        return new((AuthRefusal?)null);
    }

    /// <summary>The signature in hex.</summary>
    [SuppressMessage("Security", "CA5350", Justification = "Duo's version 2 says SHA-1.")]
    internal static string Sign(RequestDraft draft, string date, string secret, bool isFive)
    {
        var url = draft.FullUrl();

        // In version 2 the parameters of a POST are those of its form; version 5 signs a body as it stands.
        var form = isFive ? [] : draft.Form.Select(pair => $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(pair.Value)}");
        var pairs = url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Concat(form);
        var parameters = string.Join('&', SignedQuery.Sorted(pairs));
        var text = $"{date}\n{draft.Method.Method}\n{url.Authority.ToLowerInvariant()}\n{url.AbsolutePath}\n{parameters}";
        var key = Encoding.UTF8.GetBytes(secret);
        if (!isFive)
        {
            return Convert.ToHexStringLower(HMACSHA1.HashData(key, Encoding.UTF8.GetBytes(text)));
        }

        // No x-duo header is sent: the hash of none.
        text += $"\n{Hash(draft.Body ?? [])}\n{Hash([])}";
        return Convert.ToHexStringLower(HMACSHA512.HashData(key, Encoding.UTF8.GetBytes(text)));
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA512.HashData(bytes));
}
