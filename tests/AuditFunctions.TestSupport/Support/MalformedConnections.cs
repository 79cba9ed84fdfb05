using System.Security.Cryptography;

namespace AuditFunctions.Tests.Support;

/// <summary>Storage connection strings that cannot be used, each with a key in it that nobody may see.</summary>
internal static class MalformedConnections
{
    private static readonly string Key = Convert.ToBase64String(SHA512.HashData("planted"u8));

    /// <summary>By what is wrong with them.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["key alone"] = Key,
        ["no account"] = $"AccountKey={Key}",
        ["key cut off"] = $"DefaultEndpointsProtocol=https;AccountName=acme;AccountKey={Key[..^1]};EndpointSuffix=core.windows.net",
        ["key where the name belongs"] = $"DefaultEndpointsProtocol=https;AccountName={Key};AccountKey=acme;EndpointSuffix=core.windows.net",
        ["key where the protocol belongs"] = $"DefaultEndpointsProtocol={Key};AccountName=acme;AccountKey={Key};EndpointSuffix=core.windows.net",
        ["key where the suffix belongs"] = $"DefaultEndpointsProtocol=https;AccountName=acme;AccountKey={Key};EndpointSuffix={Key}",
        ["key where an address belongs"] = $"TableEndpoint={Key};QueueEndpoint={Key};BlobEndpoint={Key};SharedAccessSignature=sig",
        ["key in an address"] = $"AccountName=acme;AccountKey={Key};TableEndpoint=https://acme:{Key}@127.0.0.1:9/;QueueEndpoint=http://127.0.0.1:9/;BlobEndpoint=http://127.0.0.1:9/",
        ["key in an address's query"] = $"AccountName=acme;AccountKey={Key};TableEndpoint=http://127.0.0.1:9/?sig={Key};QueueEndpoint=http://127.0.0.1:9/;BlobEndpoint=http://127.0.0.1:9/",
        ["name forgotten"] = $"DefaultEndpointsProtocol=https;AccountName=acme;{Key};EndpointSuffix=core.windows.net",
        ["part twice"] = $"AccountName=acme;AccountName={Key};AccountKey={Key}",
        ["neither true nor false"] = $"UseDevelopmentStorage={Key}",
    };

    /// <summary>Asserts that a text holds no part of the key that would be of use to anybody.</summary>
    public static void AssertNotIn(string text)
    {
        for (var start = 0; start + 12 <= Key.Length; start++)
        {
            Assert.DoesNotContain(Key.Substring(start, 12), text, StringComparison.OrdinalIgnoreCase);
        }
    }
}
