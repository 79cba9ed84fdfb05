using Jint;
using Jint.Native;
using Jint.Native.Object;

namespace AuditFunctions.Sources.Scripts;

/// <summary>Bytes that a helper made, such as a hash: the script writes them as <c>hex</c>, <c>base64</c> or <c>base64url</c>.</summary>
internal sealed class ScriptBytes : ObjectInstance
{
    /// <summary>Bytes that are no secret.</summary>
    public ScriptBytes(Engine engine, byte[] value)
        : base(engine)
    {
        Value = value;
        FastSetDataProperty("hex", new JsString(Convert.ToHexStringLower(value)));
        FastSetDataProperty("base64", new JsString(Convert.ToBase64String(value)));
        FastSetDataProperty("base64url", new JsString(System.Buffers.Text.Base64Url.EncodeToString(value)));
    }

    /// <summary>The bytes.</summary>
    public byte[] Value { get; }
}

/// <summary>A secret, or what a secret is part of. A script can hand it to helpers and put it into a header; it has no text, no members and no length.</summary>
internal sealed class ScriptSecret : ObjectInstance
{
    /// <summary>A secret that must not be read.</summary>
    public ScriptSecret(Engine engine, byte[] value)
        : base(engine) => Value = value;

    /// <summary>The secret.</summary>
    public byte[] Value { get; }

    /// <inheritdoc/>
    public override JsValue Get(JsValue property, JsValue receiver) => throw Unreadable();

    /// <inheritdoc/>
    public override string ToString() => "(secret)";

    private static ScriptFailure Unreadable() => new("a secret cannot be read; hand it to hmac, hash, signature, base64 or join, or put it into a header");
}
