using System.Buffers.Binary;
using System.Security.Cryptography;
using AuditFunctions.Events;

namespace AuditFunctions.Sources.Paging;

/// <summary>Tells whether a page holds the same events as the one before: by their ids, since vendors embed values that change with every answer.</summary>
internal static class PagePrint
{
    private const int EventsPerLook = 1024;

    /// <summary>The page's events as one number; 0 when there are none.</summary>
    public static ulong Of(ReadOnlySpan<byte> page, CutPage cut, int idParts, CancellationToken cancellationToken)
    {
        if (cut.Count == 0)
        {
            return 0;
        }

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
}
