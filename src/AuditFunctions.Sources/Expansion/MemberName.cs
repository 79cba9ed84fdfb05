using System.Text.Json;

namespace AuditFunctions.Sources.Expansion;

/// <summary>Writes the names of members.</summary>
internal static class MemberName
{
    /// <summary>The name in quotes and the colon behind it.</summary>
    public static byte[] Of(string name) => [(byte)'"', .. JsonEncodedText.Encode(name).EncodedUtf8Bytes, (byte)'"', (byte)':'];
}
