using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace AuditFunctions.Http.Signatures;

/// <summary>A JSON Web Token (RFC 7519) in its compact form.</summary>
public static class SignedToken
{
    /// <summary>Writes and signs it; members are texts and numbers, in the order given.</summary>
    /// <exception cref="SigningException">The key does not fit.</exception>
    public static string Write(string algorithm, string key, Dictionary<string, object> header, Dictionary<string, object> claims) =>
        Write(algorithm, key, header, Part(claims));

    /// <summary>The same for any bytes (RFC 7515).</summary>
    public static string Write(string algorithm, string key, Dictionary<string, object> header, byte[] payload)
    {
        var signed = $"{Base64Url.EncodeToString(Part(header))}.{Base64Url.EncodeToString(payload)}";
        return $"{signed}.{Base64Url.EncodeToString(SigningKey.Sign(algorithm, key, Encoding.ASCII.GetBytes(signed)))}";
    }

    private static byte[] Part(Dictionary<string, object> members)
    {
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in members)
            {
                if (value is long number)
                {
                    writer.WriteNumber(name, number);
                }
                else
                {
                    writer.WriteString(name, (string)value);
                }
            }

            writer.WriteEndObject();
        }

        return json.ToArray();
    }
}
