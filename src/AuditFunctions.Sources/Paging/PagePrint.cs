using System.Buffers.Binary;
using System.Security.Cryptography;
using AuditFunctions.Events;

namespace AuditFunctions.Sources.Paging;

/// <summary>
/// Tells whether a page holds the same events as the one before: by their ids, since vendors embed values that change with every answer. Ids that come
/// twice on the page tell nothing apart: then by the whole events.
/// </summary>
internal static class PagePrint
{
    private const int EventsPerLook = 1024;

    // FNV-1a, 64 bits: nobody else sees it.
    private const ulong FnvStart = 14695981039346656037;
    private const ulong FnvPrime = 1099511628211;

    /// <summary>The page's events as one number; 0 when there are none.</summary>
    public static ulong Of(ReadOnlySpan<byte> page, CutPage cut, int idParts, CancellationToken cancellationToken)
    {
        if (cut.Count == 0)
        {
            return 0;
        }

        idParts = AreUnique(page, cut, idParts, cancellationToken) ? idParts : 0;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var index = 0; index < cut.Count; index++)
        {
            if ((index + 1) % EventsPerLook == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            var usable = idParts > 0;
            for (var part = 0; part < idParts; part++)
            {
                var id = cut.EventField(index, part);
                usable &= id.Kind is JsonKind.String or JsonKind.Number;
                hash.AppendData(page.Slice(id.Start, id.Length));
                hash.AppendData(";"u8);
            }

            if (!usable)
            {
                hash.AppendData(page.Slice(cut[index].Start, cut[index].Length));
            }
        }

        Span<byte> bytes = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(bytes);
        return BinaryPrimitives.ReadUInt64BigEndian(bytes) | 1;
    }

    private static bool AreUnique(ReadOnlySpan<byte> page, CutPage cut, int idParts, CancellationToken cancellationToken)
    {
        if (idParts == 0)
        {
            return true;
        }

        var ids = new HashSet<ulong>(cut.Count);
        for (var index = 0; index < cut.Count; index++)
        {
            if ((index + 1) % EventsPerLook == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            var id = FnvStart;
            for (var part = 0; part < idParts; part++)
            {
                var slice = cut.EventField(index, part);
                foreach (var one in page.Slice(slice.Start, slice.Length))
                {
                    id = unchecked((id ^ one) * FnvPrime);
                }

                id = unchecked((id ^ (byte)';') * FnvPrime);
            }

            if (!ids.Add(id))
            {
                return false;
            }
        }

        return true;
    }
}
