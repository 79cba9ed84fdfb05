using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace AuditFunctions.Sandbox;

/// <summary>A service account of Google as the Sandbox knows it: its key file, and the check of the tokens that the key signs.</summary>
public static class GoogleKeys
{
    private static readonly string Pem = NewKey();

    /// <summary>A key file. Its key id is the credential that the Sandbox asks for.</summary>
    public static string FileOf(string keyId) => JsonSerializer.Serialize(new Dictionary<string, string>
    {
        ["type"] = "service_account",
        ["client_email"] = "auditfunctions@acme-security.iam.gserviceaccount.com",
        ["private_key_id"] = keyId,
        ["private_key"] = Pem,
    });

    /// <summary>The key id of a token that the key signed for Google's APIs; null when it is not one.</summary>
    public static string? KeyIdOf(string authorization)
    {
        if (!authorization.StartsWith("Bearer ", StringComparison.Ordinal) || authorization[7..].Split('.') is not [var header, var claims, var signature])
        {
            return null;
        }

        using var rsa = RSA.Create();
        rsa.ImportFromPem(Pem);
        using var read = JsonDocument.Parse(Base64Url.DecodeFromChars(header));
        using var said = JsonDocument.Parse(Base64Url.DecodeFromChars(claims));
        var (root, lifetime) = (said.RootElement, said.RootElement.GetProperty("exp").GetInt64() - said.RootElement.GetProperty("iat").GetInt64());
        var isSigned = rsa.VerifyData(Encoding.ASCII.GetBytes($"{header}.{claims}"), Base64Url.DecodeFromChars(signature), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return isSigned
            && lifetime is > 0 and <= 3600
            && read.RootElement.GetProperty("alg").GetString() == "RS256"
            && root.GetProperty("iss").GetString() == "auditfunctions@acme-security.iam.gserviceaccount.com"
            && root.GetProperty("sub").GetString() == root.GetProperty("iss").GetString()
            && root.GetProperty("scope").GetString() == "https://www.googleapis.com/auth/cloud-platform"
                ? read.RootElement.GetProperty("kid").GetString()
                : null;
    }

    /// <summary>The key id of a request's token.</summary>
    internal static string? KeyIdOf(HttpRequest request) => KeyIdOf(request.Headers.Authorization.ToString());

    private static string NewKey()
    {
        using var rsa = RSA.Create(2048);
        return rsa.ExportPkcs8PrivateKeyPem();
    }
}
