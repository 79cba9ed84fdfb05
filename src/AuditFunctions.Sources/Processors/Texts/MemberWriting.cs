using AuditFunctions.Events;

namespace AuditFunctions.Sources.Processors.Texts;

/// <summary>Writes members of an object into another one.</summary>
internal static class MemberWriting
{
    /// <summary>Writes the member on which <paramref name="members"/> stands, byte for byte but for what stands in front of its name.</summary>
    /// <param name="into">Where to.</param>
    /// <param name="json">The event.</param>
    /// <param name="members">The members of the object from which it comes.</param>
    /// <param name="prefix">What its name gets in front; empty for nothing.</param>
    /// <param name="count">How many members were written so far.</param>
    public static void WriteMember(this PooledBytes into, ReadOnlySpan<byte> json, in JsonMembers members, string prefix, ref int count)
    {
        into.Write(count++ > 0 ? ","u8 : ""u8);
        if (prefix.Length > 0)
        {
            into.WriteText(prefix + JsonText.Unescape(members.Name));
            into.Write(":"u8);
            into.Write(json[members.ValueStart..members.ValueEnd]);
        }
        else
        {
            into.Write(json[members.NameStart..members.ValueEnd]);
        }
    }
}
