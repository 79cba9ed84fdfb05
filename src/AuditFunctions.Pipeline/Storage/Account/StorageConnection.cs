using System.Text.RegularExpressions;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;

namespace AuditFunctions.Pipeline.Storage.Account;

/// <summary>
/// Says what is wrong with a storage connection string before a client sees it: what the clients say of one may repeat it, with its key. Nothing of
/// the string itself is said, and of one that passes only the addresses are ever shown, which hold no part of a key.
/// </summary>
internal static partial class StorageConnection
{
    /// <summary>What every problem begins with.</summary>
    public const string CannotBeUsed = "The storage connection string (--storage, or the setting AzureWebJobsStorage) cannot be used";

    private const string WhatItNeeds =
        "it must have an AccountName, an AccountKey or SharedAccessSignature, and endpoints; or be UseDevelopmentStorage=true";

    private static readonly string[] Endpoints = ["BlobEndpoint", "QueueEndpoint", "TableEndpoint"];

    private static readonly HashSet<string> Known = new(
        [
            .. Endpoints, "UseDevelopmentStorage", "DevelopmentStorageProxyUri", "DefaultEndpointsProtocol", "AccountName", "AccountKey",
            "SharedAccessSignature", "EndpointSuffix", "FileEndpoint", "BlobSecondaryEndpoint", "QueueSecondaryEndpoint", "TableSecondaryEndpoint",
            "FileSecondaryEndpoint",
        ],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Checks a connection string.</summary>
    /// <returns>One sentence, or null when it can be used.</returns>
    public static string? ProblemOf(string connection)
    {
        var reason = ReasonOf(connection);
        return reason is null ? null : $"{CannotBeUsed}: {reason}.";
    }

    /// <summary>Whether a text is the name of a storage account: 3 to 24 lower-case letters and digits.</summary>
    public static bool IsAccountName(string name) => AccountName().IsMatch(name);

    private static string? ReasonOf(string connection)
    {
        var parts = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var part in connection.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var separator = part.IndexOf('=', StringComparison.Ordinal);
            if (separator < 0 || !Known.Contains(part[..separator].Trim()))
            {
                return "a part of it is none that a connection string has; copy it again";
            }

            if (!parts.TryAdd(part[..separator].Trim(), part[(separator + 1)..].Trim()))
            {
                return "it has a part twice; copy it again";
            }
        }

        return ReasonOf(parts) ?? (ClientsTake(connection) ? null : WhatItNeeds);
    }

    // What ends up in addresses, and so in messages, is held to its own rules: a key in the wrong place passes none of them.
    private static string? ReasonOf(Dictionary<string, string> parts)
    {
        if (parts.TryGetValue("AccountName", out var name) && !IsAccountName(name))
        {
            return "its AccountName is not the name of a storage account";
        }

        if (parts.TryGetValue("EndpointSuffix", out var suffix) && !HostName().IsMatch(suffix))
        {
            return "its EndpointSuffix is not a host name";
        }

        if (parts.TryGetValue("DefaultEndpointsProtocol", out var protocol) && !IsHttp(protocol))
        {
            return "its DefaultEndpointsProtocol is neither http nor https";
        }

        foreach (var endpoint in Endpoints)
        {
            if (parts.TryGetValue(endpoint, out var text) && !IsAddress(text))
            {
                return $"its {endpoint} is not an address such as https://myaccount.blob.core.windows.net";
            }
        }

        return parts.TryGetValue("AccountKey", out var key) && !Convert.TryFromBase64String(key, new byte[key.Length], out _)
            ? "its AccountKey is cut off or damaged; copy it again"
            : null;
    }

    private static bool IsAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && IsHttp(uri.Scheme)
        && uri is { UserInfo: "", Query: "", Fragment: "" }
        && HostName().IsMatch(uri.Host)
        && PathName().IsMatch(uri.AbsolutePath);

    private static bool IsHttp(string scheme) =>
        scheme.Equals("http", StringComparison.OrdinalIgnoreCase) || scheme.Equals("https", StringComparison.OrdinalIgnoreCase);

    // No request is made.
    private static bool ClientsTake(string connection)
    {
        try
        {
            _ = new TableServiceClient(connection);
            _ = new QueueServiceClient(connection);
            _ = new BlobServiceClient(connection);
            return true;
        }
        catch (Exception)
        {
            // Whatever they say of it stays here: it may repeat the key.
            return false;
        }
    }

    [GeneratedRegex("^[a-z0-9]{3,24}(-secondary)?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex AccountName();

    // Azurite's addresses end in the account's name.
    [GeneratedRegex("^/([a-z0-9-]{1,63}/?)?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PathName();

    // A label has at most 63 characters, a key 88.
    [GeneratedRegex(@"^(\[[0-9a-fA-F:.]+\]|[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex HostName();
}
