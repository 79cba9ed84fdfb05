using System.Security.Cryptography;
using System.Text;
using AuditFunctions.Events;
using AuditFunctions.Sources.Processors.Keys;
using AuditFunctions.Sources.Processors.Redact;

namespace AuditFunctions.Sources.Processors.Pseudonymise;

/// <summary>
/// Puts a keyed hash (HMAC-SHA256, of which 16 bytes are kept) in the place of values: the same value has the same pseudonym in every field, event and
/// source that uses the key. The key is chosen by the event's time, so that a page that is read again after a rotation gives the same bytes.
/// </summary>
internal sealed class PseudonymiseProcessor(HiddenFields fields, IReadOnlyList<DatedKey> keys, bool ignoreCase) : IProcessor
{
    private const int KeptBytes = 16;

    /// <summary>Its place in the catalog.</summary>
    public static ProcessorEntry Entry { get; } = new(
        "pseudonymise",
        "`paths`; `key` (a `secret:` reference) or `keys` (a list of `id`, `key` and `from`, oldest first); `ignoreCase`",
        "Puts `ID:HEX` in the place of a value: HMAC-SHA256 with the key that counts at the event's time. The same value has the same pseudonym everywhere.",
        (reader, settings) => new PseudonymiseProcessor(HiddenFields.Read(reader, settings), DatedKeys.Read(reader, settings), reader.Flag("ignoreCase") ?? false));

    /// <inheritdoc/>
    public bool Hides => true;

    /// <inheritdoc/>
    public ProcessorOutcome Apply(ReadOnlySpan<byte> json, ProcessorCall call)
    {
        var copied = 0;
        DatedKey? key = null;
        foreach (ref readonly var field in call.Search.Find(json, fields.In(call)))
        {
            if (RedactedValue.SaysNothing(field.Slice(json)))
            {
                continue;
            }

            key ??= DatedKeys.At(keys, call.Time);
            call.Output.Write(json[copied..field.ValueStart]);
            Write(call.Output, json, field.Slice(json), key.Id, call.Page.Key(key.Secret));
            copied = field.ValueEnd;
        }

        return call.End(json, copied);
    }

    private void Write(PooledBytes into, ReadOnlySpan<byte> json, JsonSlice value, string id, byte[] key)
    {
        var text = JsonText.Unescape(json, value);
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(ignoreCase ? text.ToUpperInvariant() : text), hash);
        into.WriteText($"{id}:{Convert.ToHexStringLower(hash[..KeptBytes])}");
    }
}
