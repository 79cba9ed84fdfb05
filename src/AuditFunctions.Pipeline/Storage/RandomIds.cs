using System.Globalization;

namespace AuditFunctions.Pipeline.Storage;

/// <summary>Names for what a process holds or writes: it knows its own again by them.</summary>
internal static class RandomIds
{
    /// <summary>64 bits of chance in 16 hexadecimal digits.</summary>
    public static string NextId(this Random random) => random.NextInt64().ToString("x16", CultureInfo.InvariantCulture);
}
