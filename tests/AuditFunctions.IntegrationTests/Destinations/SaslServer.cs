using System.Security.Cryptography;
using System.Text;

namespace AuditFunctions.Tests.Destinations;

/// <summary>The other side of SASL: PLAIN (RFC 4616), SCRAM (RFC 5802) and OAUTHBEARER (RFC 7628), for user <c>siem</c>.</summary>
internal sealed class SaslServer(string mechanism, string password)
{
    private const string User = "siem";
    private static readonly byte[] Salt = [1, 2, 3, 4, 5, 6, 7, 8];
    private string? _first;
    private string _challenge = "";

    /// <summary>Whether the client has shown who it is.</summary>
    public bool IsDone { get; private set; }

    /// <summary>The answer to what the client says; null when it is not who it says.</summary>
    public byte[]? Next(byte[] said)
    {
        var text = Encoding.UTF8.GetString(said);
        if (mechanism.StartsWith("SCRAM", StringComparison.Ordinal))
        {
            return _first is null ? Challenge(text) : Final(text);
        }

        IsDone = mechanism == "PLAIN" ? text == $"\0{User}\0{password}" : text.Contains($"auth=Bearer {password}\u0001", StringComparison.Ordinal);
        return IsDone ? [] : null;
    }

    // n,,n=user,r=nonce
    private byte[] Challenge(string text)
    {
        _first = text[3..];
        Assert.StartsWith($"n={User},r=", _first, StringComparison.Ordinal);
        _challenge = $"{_first[(_first.IndexOf(",r=", StringComparison.Ordinal) + 1)..]}server,s={Convert.ToBase64String(Salt)},i=4096";
        return Encoding.UTF8.GetBytes(_challenge);
    }

    // c=biws,r=nonce,p=proof
    private byte[]? Final(string text)
    {
        var at = text.IndexOf(",p=", StringComparison.Ordinal);
        var said = Encoding.UTF8.GetBytes($"{_first},{_challenge},{text[..at]}");
        var hash = mechanism.EndsWith("256", StringComparison.Ordinal) ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA512;
        var length = hash == HashAlgorithmName.SHA256 ? 32 : 64;
        byte[] Mac(byte[] key, byte[] data) => length == 32 ? HMACSHA256.HashData(key, data) : HMACSHA512.HashData(key, data);
        var salted = Rfc2898DeriveBytes.Pbkdf2(password, Salt, 4096, hash, length);
        var key = Mac(salted, "Client Key"u8.ToArray());
        var signature = Mac(length == 32 ? SHA256.HashData(key) : SHA512.HashData(key), said);
        var proof = key.Zip(signature, (one, other) => (byte)(one ^ other)).ToArray();
        IsDone = Convert.ToBase64String(proof) == text[(at + 3)..];
        return IsDone ? Encoding.UTF8.GetBytes($"v={Convert.ToBase64String(Mac(Mac(salted, "Server Key"u8.ToArray()), said))}") : null;
    }
}
