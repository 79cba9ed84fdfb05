using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Jint;
using Jint.Native;
using Jint.Runtime.Descriptors;
using Jint.Runtime.Interop;

namespace AuditFunctions.Sources.Scripts;

/// <summary>What a script that signs requests is given beside the language. The same arguments give the same result, but for signatures that draw a number.</summary>
internal sealed class ScriptHelpers(Engine engine)
{
    private const string Algorithms = "md5, sha1, sha256, sha384, sha512";
    private const string Signatures = "RS256, RS384, RS512, PS256, ES256";

    /// <summary>Gives them to an engine.</summary>
    public static void Give(Engine engine)
    {
        var helpers = new ScriptHelpers(engine);
        helpers.Add("hmac", helpers.Hmac);
        helpers.Add("hash", helpers.Hash);
        helpers.Add("signature", helpers.Sign);
        helpers.Add("base64", helpers.ToBase64);
        helpers.Add("fromBase64", arguments => helpers.Decoded(arguments, text => Convert.FromBase64String(Padded(text)), "Base64"));
        helpers.Add("fromHex", arguments => helpers.Decoded(arguments, Convert.FromHexString, "hex"));
        helpers.Add("join", helpers.Join);
    }

    private static JsValue At(JsValue[] arguments, int at) => at < arguments.Length ? arguments[at] : JsValue.Undefined;

    private static string Padded(string text)
    {
        var plain = text.Replace('-', '+').Replace('_', '/');
        return plain.PadRight((plain.Length + 3) / 4 * 4, '=');
    }

    private static byte[] BytesOf(JsValue[] arguments, int at) => At(arguments, at) switch
    {
        JsString text => Encoding.UTF8.GetBytes(text.ToString()),
        JsNumber number => Encoding.UTF8.GetBytes(number.ToString()),
        ScriptBytes bytes => bytes.Value,
        ScriptSecret secret => secret.Value,
        _ => throw new ScriptFailure($"argument {at + 1} of a helper is no text, bytes or secret"),
    };

    private void Add(string name, Func<JsValue[], JsValue> helper) =>
        engine.Global.FastSetProperty(name, new PropertyDescriptor(new ClrFunction(engine, name, (_, arguments) => helper(arguments)), PropertyFlag.AllForbidden));

    [SuppressMessage("Security", "CA5350", Justification = "What vendors ask for.")]
    [SuppressMessage("Security", "CA5351", Justification = "What vendors ask for.")]
    private ScriptBytes Hmac(JsValue[] arguments)
    {
        var (key, data) = (BytesOf(arguments, 1), BytesOf(arguments, 2));
        return new(engine, At(arguments, 0).ToString() switch
        {
            "md5" => HMACMD5.HashData(key, data),
            "sha1" => HMACSHA1.HashData(key, data),
            "sha256" => HMACSHA256.HashData(key, data),
            "sha384" => HMACSHA384.HashData(key, data),
            "sha512" => HMACSHA512.HashData(key, data),
            _ => throw new ScriptFailure($"hmac: no such algorithm; allowed: {Algorithms}"),
        });
    }

    [SuppressMessage("Security", "CA5350", Justification = "What vendors ask for.")]
    [SuppressMessage("Security", "CA5351", Justification = "What vendors ask for.")]
    private ScriptBytes Hash(JsValue[] arguments)
    {
        var data = BytesOf(arguments, 1);
        return new(engine, At(arguments, 0).ToString() switch
        {
            "md5" => MD5.HashData(data),
            "sha1" => SHA1.HashData(data),
            "sha256" => SHA256.HashData(data),
            "sha384" => SHA384.HashData(data),
            "sha512" => SHA512.HashData(data),
            _ => throw new ScriptFailure($"hash: no such algorithm; allowed: {Algorithms}"),
        });
    }

    private ScriptBytes Sign(JsValue[] arguments)
    {
        var algorithm = At(arguments, 0).ToString();
        if (!Signatures.Split(", ").Contains(algorithm))
        {
            throw new ScriptFailure($"signature: no such algorithm; allowed: {Signatures}");
        }

        var (pem, data) = (Encoding.UTF8.GetString(BytesOf(arguments, 1)).Replace("\\n", "\n", StringComparison.Ordinal), BytesOf(arguments, 2));
        var hash = algorithm[2..] switch { "384" => HashAlgorithmName.SHA384, "512" => HashAlgorithmName.SHA512, _ => HashAlgorithmName.SHA256 };
        try
        {
            if (algorithm.StartsWith("ES", StringComparison.Ordinal))
            {
                using var curve = ECDsa.Create();
                curve.ImportFromPem(pem);
                return new(engine, curve.SignData(data, hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
            }

            using var rsa = RSA.Create();
            rsa.ImportFromPem(pem);
            return new(engine, rsa.SignData(data, hash, algorithm.StartsWith("PS", StringComparison.Ordinal) ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1));
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException)
        {
            throw new ScriptFailure($"signature: the key is not a private key in PEM (unencrypted) that {algorithm} can sign with");
        }
    }

    private JsValue ToBase64(JsValue[] arguments)
    {
        var text = Convert.ToBase64String(BytesOf(arguments, 0));
        return At(arguments, 0) is ScriptSecret ? new ScriptSecret(engine, Encoding.UTF8.GetBytes(text)) : new JsString(text);
    }

    private JsValue Decoded(JsValue[] arguments, Func<string, byte[]> decode, string what)
    {
        try
        {
            var bytes = decode(Encoding.UTF8.GetString(BytesOf(arguments, 0)));
            return At(arguments, 0) is ScriptSecret ? new ScriptSecret(engine, bytes) : new ScriptBytes(engine, bytes);
        }
        catch (FormatException)
        {
            throw new ScriptFailure($"the text is not {what}");
        }
    }

    // A text of which a part is a secret is one.
    private JsValue Join(JsValue[] arguments)
    {
        var bytes = Enumerable.Range(0, arguments.Length).SelectMany(at => BytesOf(arguments, at)).ToArray();
        return Array.Exists(arguments, argument => argument is ScriptSecret) ? new ScriptSecret(engine, bytes)
            : Array.Exists(arguments, argument => argument is ScriptBytes) ? new ScriptBytes(engine, bytes)
            : new JsString(Encoding.UTF8.GetString(bytes));
    }
}
