using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Unicode;
using AuditFunctions.Events;

namespace AuditFunctions.Sources.Answers;

/// <summary>How an answer is packed, beyond what HTTP says of its transfer.</summary>
public enum AnswerCompression
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>A gzip file.</summary>
    Gzip,

    /// <summary>A zip file: the bytes of its entries, one after the other in the order of their names.</summary>
    Zip,

    /// <summary>A zlib stream (RFC 1950).</summary>
    Zlib,
}

/// <summary>Unpacks an answer and makes UTF-8 of it.</summary>
internal static class AnswerBytes
{
    private const int MostEntries = 10_000;
    private const int BytesPerLook = 1 << 20;
    private const int CharsPerPiece = 64 * 1024;

    /// <summary>Unpacks a file in place.</summary>
    /// <param name="answer">The file.</param>
    /// <param name="beside">Gives a buffer that may be as large.</param>
    /// <param name="compression">How it is packed.</param>
    /// <param name="most">The most bytes that it may become.</param>
    /// <param name="mayBeEmpty">Whether a zip file may hold no file at all.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="starts">Takes down where the files begin, but for the first.</param>
    /// <returns>Null when done, else what is wrong.</returns>
    public static string? Unpack(
        PooledBytes answer, Func<PooledBytes> beside, AnswerCompression compression, int most, bool mayBeEmpty, CancellationToken cancellationToken, List<int>? starts = null)
    {
        if (compression == AnswerCompression.None || answer.Length == 0)
        {
            return null;
        }

        // Each entry has an object, and a zip file of nothing but names has many.
        if (compression == AnswerCompression.Zip && answer.WrittenSpan.Count("PK\u0001\u0002"u8) > MostEntries)
        {
            return string.Create(CultureInfo.InvariantCulture, $"it holds more than {MostEntries:N0} files");
        }

        using var unpacked = beside();
        try
        {
            var (look, files) = (BytesPerLook, 1);
            var packed = new BytesStream(answer.WrittenMemory, cancellationToken);
            var fits = compression switch
            {
                AnswerCompression.Gzip => Read(new GZipStream(packed, CompressionMode.Decompress), unpacked, most, ref look, cancellationToken),
                AnswerCompression.Zlib => Read(new ZLibStream(packed, CompressionMode.Decompress), unpacked, most, ref look, cancellationToken),
                _ => Zip(packed, unpacked, most, starts, out files, cancellationToken),
            };
            if (files == 0 && !mayBeEmpty)
            {
                return "it is a zip file that holds no file";
            }

            if (!fits)
            {
                return $"it holds more than {most >> 20} MB when unpacked";
            }
        }
        catch (InvalidDataException)
        {
            return compression == AnswerCompression.Zlib ? "it is not packed with zlib, or is encrypted" : $"it is not a {(compression == AnswerCompression.Gzip ? "gzip" : "zip")} file";
        }

        answer.Clear();
        answer.Write(unpacked.WrittenSpan);
        return null;
    }

    /// <summary>Whether an answer is an HTML page, and its shape none that may be made of markup.</summary>
    public static bool IsHtmlFor(IAnswerShape shape, ReadOnlySpan<byte> answer)
    {
        var start = answer[ByteOrderMark.LengthOf(answer)..].TrimStart(" \t\r\n"u8);
        return !shape.TakesMarkup && (StartsWith(start, "<!doctype html"u8) || StartsWith(start, "<html"u8));

        static bool StartsWith(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word) => text.Length >= word.Length && Ascii.EqualsIgnoreCase(text[..word.Length], word);
    }

    /// <summary>
    /// Makes UTF-8 of a text in another declared charset. Servers often declare one by habit: bytes that are UTF-8 stay as they are, but for those
    /// with a zero among them, as UTF-16 has them.
    /// </summary>
    /// <param name="answer">The text.</param>
    /// <param name="beside">Gives a buffer that may be as large.</param>
    /// <param name="charset">Its charset, as it is declared.</param>
    /// <param name="most">The most bytes that it may become.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Null when done, else what is wrong.</returns>
    public static string? ToUtf8(PooledBytes answer, Func<PooledBytes> beside, string? charset, int most, CancellationToken cancellationToken)
    {
        if (IsUtf8(answer, charset))
        {
            return null;
        }

        var name = NameOf(charset);
        if (EncodingOf(name) is not { } encoding)
        {
            return $"its charset '{Shown(name)}' is not known here";
        }

        using var text = beside();
        if (!Recode(answer.WrittenSpan, encoding, text, most, cancellationToken))
        {
            return $"it holds more than {most >> 20} MB in UTF-8";
        }

        answer.Clear();
        answer.Write(text.WrittenSpan[ByteOrderMark.LengthOf(text.WrittenSpan)..]);
        return null;
    }

    // In pieces: as one text it would take twice its bytes, and see no stop.
    private static bool Recode(ReadOnlySpan<byte> from, Encoding encoding, PooledBytes into, int most, CancellationToken cancellationToken)
    {
        var (decoder, encoder) = (encoding.GetDecoder(), Encoding.UTF8.GetEncoder());
        Span<char> letters = new char[CharsPerPiece];
        for (var isDone = false; !isDone;)
        {
            decoder.Convert(from, letters, flush: true, out var read, out var written, out isDone);
            from = from[read..];
            var room = into.GetSpan((3 * written) + 3);
            encoder.Convert(letters[..written], room, flush: isDone, out _, out var bytes, out _);
            into.Advance(bytes);
            if (into.Length > most)
            {
                return false;
            }

            if (!isDone)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
        }

        return true;
    }

    /// <summary>Whether an answer is to be read as UTF-8.</summary>
    public static bool IsUtf8(PooledBytes answer, string? charset) =>
        NameOf(charset) is var name
        && (name.Length == 0 || name.Equals("utf-8", StringComparison.OrdinalIgnoreCase) || name.Equals("utf8", StringComparison.OrdinalIgnoreCase)
            || (Utf8.IsValid(answer.WrittenSpan) && !answer.WrittenSpan.Contains((byte)0)));

    private static string NameOf(string? charset) => charset?.Trim('"', ' ') ?? "";

    private static string Shown(string name) => new([.. name.Where(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_').Take(40)]);

    private static Encoding? EncodingOf(string name)
    {
        try
        {
            return CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static bool Zip(Stream packed, PooledBytes into, int most, List<int>? starts, out int files, CancellationToken cancellationToken)
    {
        using var archive = new ZipArchive(packed, ZipArchiveMode.Read);
        var look = BytesPerLook;
        ZipArchiveEntry[] entries = [.. archive.Entries.Where(entry => !entry.FullName.EndsWith('/')).OrderBy(entry => entry.FullName, StringComparer.Ordinal)];
        files = entries.Length;
        foreach (var entry in entries)
        {
            if (into.Length > 0 && into.WrittenSpan[^1] != '\n')
            {
                into.Write("\n"u8);
            }

            if (into.Length > 0)
            {
                starts?.Add(into.Length);
            }

            var stream = entry.Open();
            Begin(stream, into);
            if (!Read(stream, into, most, ref look, cancellationToken))
            {
                return false;
            }
        }

        return true;
    }

    // Only what stands first of all may have a mark in front: in the middle it would be a part of the line behind it.
    private static void Begin(Stream file, PooledBytes into)
    {
        const int Mark = 3;
        var start = into.GetSpan(Mark);
        var read = file.ReadAtLeast(start[..Mark], Mark, throwOnEndOfStream: false);
        into.Advance(into.Length > 0 && ByteOrderMark.LengthOf(start[..read]) > 0 ? 0 : read);
    }

    private static bool Read(Stream stream, PooledBytes into, int most, ref int look, CancellationToken cancellationToken)
    {
        using (stream)
        {
            int read;
            while ((read = stream.Read(into.GetSpan(64 * 1024))) > 0)
            {
                into.Advance(read);
                if (into.Length >= look)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    look = into.Length + BytesPerLook;
                }

                if (into.Length > most)
                {
                    return false;
                }
            }

            return true;
        }
    }
}
