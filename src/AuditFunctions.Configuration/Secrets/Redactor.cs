using System.Text;
using System.Text.Encodings.Web;

namespace AuditFunctions.Configuration.Secrets;

/// <summary>
/// Takes secrets out of text and bytes on their way to a log, a table or a terminal: as they are, percent-encoded (however often), escaped for JSON or HTML, and
/// in base64, alone or with something around them as in a Basic header, which may be escaped again; where text is masked also in hex, in UTF-16 and in small or
/// capital letters. Holds secrets, so it has no text form. Thread safe.
/// </summary>
public sealed class Redactor
{
    /// <summary>What stands in the place of a secret.</summary>
    public const string Mark = "(secret)";

    // A shorter text stands in a cursor by chance, and a shorter form in any text.
    private const int ShortestInCursor = 8;
    private const int ShortestForm = 6;

    // A shorter one is no secret, and would blot out words.
    private const int ShortestMasked = 3;

    // Private keys and access tokens are longer: pieces of them are looked for as well, since an answer may hold the start of one only.
    private const int LongestPiece = 200;
    private const int BytesBetweenStops = 1 << 20;

    private readonly string[] _plain;
    private readonly Lazy<Finders> _all;
    private readonly Lazy<Finders> _long;

    /// <summary>Knows some secrets; those of less than 3 characters are left out.</summary>
    public Redactor(IEnumerable<SecretText> secrets)
    {
        _plain = [.. secrets.Select(secret => secret.Reveal()).Where(secret => secret.Length >= ShortestMasked).Distinct(StringComparer.Ordinal)];
        _all = new(() => new Finders(_plain, [.. _plain.Where(secret => secret.Length >= ShortestInCursor)]));
        _long = new(() => new Finders([.. _plain.Where(secret => secret.Length >= ShortestInCursor)], []));
    }

    /// <summary>The text without the secrets.</summary>
    public string Mask(string text)
    {
        if (_plain.Length == 0 || text.Length == 0)
        {
            return text;
        }

        var bytes = Encoding.UTF8.GetBytes(text);
        var found = _all.Value.FindIn(bytes, CancellationToken.None);
        if (found.Count == 0)
        {
            return text;
        }

        return Without(found, bytes, bytes.Length);
    }

    /// <summary>The start of a text without the secrets. One that stands across its end is found as well: what is left of a secret that is cut off would not be.</summary>
    /// <param name="text">The text in UTF-8, as far as it is there.</param>
    /// <param name="length">How many bytes of it are wanted.</param>
    public string MaskStart(ReadOnlySpan<byte> text, int length)
    {
        // A character is written as six at most, in the longest of the usual forms.
        var longest = 6 * _plain.Select(Encoding.UTF8.GetByteCount).DefaultIfEmpty(0).Max();
        text = text[..(int)Math.Min(text.Length, (long)length + longest)];
        return Without(_plain.Length == 0 ? [] : _all.Value.FindIn(text, CancellationToken.None), text, Math.Min(length, text.Length));
    }

    /// <summary>Puts asterisks over the secrets, so that everything else keeps its place.</summary>
    /// <param name="text">The text in UTF-8.</param>
    /// <param name="cancellationToken">Ends it: some are there still.</param>
    public void MaskInPlace(Span<byte> text, CancellationToken cancellationToken)
    {
        if (_plain.Length == 0)
        {
            return;
        }

        foreach (var (start, end) in _all.Value.FindIn(text, cancellationToken))
        {
            text[start..end].Fill((byte)'*');
        }
    }

    /// <summary>Whether a text, such as a cursor, repeats a secret that is too long to stand there by chance.</summary>
    public bool IsIn(string text) => _plain.Length > 0 && _long.Value.FindIn(Encoding.UTF8.GetBytes(text), CancellationToken.None).Count > 0;

    // What is looked for in a text as it is and as what it means.
    private sealed class Finders
    {
        private readonly TextFinder _written;
        private readonly TextFinder _meant;
        private readonly TextFinder _base64;
        private readonly TextFinder _meantBase64;

        // Rare writings cost as much again, and are looked for in what is kept, not in every cursor.
        public Finders(IReadOnlyCollection<string> secrets, IReadOnlyCollection<string> alsoRare)
        {
            byte[][] plain = [.. secrets.SelectMany(WholeAndPieces).Select(Encoding.UTF8.GetBytes), .. alsoRare.SelectMany(WholeAndPieces).SelectMany(RareFormsOf)];
            byte[][] base64 =
            [
                .. secrets.SelectMany(FormsOf).Select(Encoding.UTF8.GetBytes).Concat(alsoRare.Select(Encoding.Unicode.GetBytes)).SelectMany(Base64Of).Select(Encoding.ASCII.GetBytes),
            ];
            _written = new(plain);
            _meant = new(plain.SelectMany(Meanings).Where(one => one.Length >= ShortestMasked));
            _base64 = new(base64);
            _meantBase64 = new(base64.SelectMany(Meanings));
        }

        /// <summary>Where secrets stand: in order, apart from each other.</summary>
        public List<(int Start, int End)> FindIn(ReadOnlySpan<byte> text, CancellationToken cancellationToken)
        {
            var found = new List<(int Start, int End)>();
            var (plain, base64, around) = (0, 0, (Start: 0, End: 0));
            for (var at = 0; at < text.Length; at++)
            {
                Stop(at, cancellationToken);
                if (_written.Read(ref plain, text[at]) is var length and > 0)
                {
                    found.Add((at + 1 - length, at + 1));
                }

                if (_base64.Read(ref base64, text[at]) is var encoded and > 0)
                {
                    NoteAround(found, text, (at + 1 - encoded, at + 1), ref around);
                }
            }

            if (text.ContainsAny("%\\&+"u8))
            {
                FindMeant(found, text, cancellationToken);
            }

            return Merged(found);
        }

        private void FindMeant(List<(int Start, int End)> found, ReadOnlySpan<byte> text, CancellationToken cancellationToken)
        {
            // Where the latest bytes that were read are written.
            var starts = new int[Math.Max(_meant.Longest, _meantBase64.Longest) + 1];
            var (plain, base64, count, around) = (0, 0, 0, (Start: 0, End: 0));
            var reader = new EscapedBytes(text);
            Span<byte> next = stackalloc byte[4];
            while (reader.TryNext(next, out var bytes))
            {
                foreach (var one in next[..bytes])
                {
                    Stop(count, cancellationToken);
                    starts[count++ % starts.Length] = reader.Start;
                    if (_meant.Read(ref plain, one) is var length and > 0)
                    {
                        found.Add((starts[(count - length) % starts.Length], reader.End));
                    }

                    if (_meantBase64.Read(ref base64, one) is var encoded and > 0)
                    {
                        NoteAround(found, text, (starts[(count - encoded) % starts.Length], reader.End), ref around);
                    }
                }
            }
        }

        // A secret may hold what looks like an escape, which is not an escape to whoever escapes it in another way.
        private static IEnumerable<byte[]> Meanings(byte[] one) =>
            Enumerable.Range(0, (int)EscapeKinds.All + 1).Select(kinds => EscapedBytes.Read(one, (EscapeKinds)kinds));

        // Base64 goes with what stands around it. What lies in the latest place is there already: a long text of nothing else is looked at once.
        private static void NoteAround(List<(int Start, int End)> found, ReadOnlySpan<byte> text, (int Start, int End) place, ref (int Start, int End) latest)
        {
            if (place.Start < latest.Start || place.End > latest.End)
            {
                latest = Around(text, place.Start, place.End);
                found.Add(latest);
            }
        }

        private static void Stop(int at, CancellationToken cancellationToken)
        {
            if (at % BytesBetweenStops == BytesBetweenStops - 1)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
        }

        private static List<(int Start, int End)> Merged(List<(int Start, int End)> found)
        {
            found.Sort();
            var merged = new List<(int Start, int End)>();
            foreach (var (start, end) in found)
            {
                if (merged.Count > 0 && start <= merged[^1].End)
                {
                    merged[^1] = (merged[^1].Start, Math.Max(merged[^1].End, end));
                }
                else
                {
                    merged.Add((start, end));
                }
            }

            return merged;
        }
    }

    // The whole first, then pieces of about equal length, none of which is short enough to stand in a text by chance.
    private static IEnumerable<string> WholeAndPieces(string secret)
    {
        yield return secret;
        var count = (secret.Length + LongestPiece - 1) / LongestPiece;
        for (var (piece, start) = (1, 0); count > 1 && piece <= count; piece++)
        {
            var end = (int)((long)secret.Length * piece / count);
            end += end < secret.Length && char.IsLowSurrogate(secret[end]) ? 1 : 0;
            yield return secret[start..end];
            start = end;
        }
    }

    // A query or JSON that holds it may stand in base64 as well.
    private static IEnumerable<string> FormsOf(string secret)
    {
        string[] forms =
        [
            secret, Uri.EscapeDataString(secret), JavaScriptEncoder.Default.Encode(secret), JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(secret),
        ];
        return forms.Distinct(StringComparer.Ordinal);
    }

    // In UTF-16 the zero at one end belongs to what stands beside it, whichever byte comes first.
    private static IEnumerable<byte[]> RareFormsOf(string secret)
    {
        var bytes = Encoding.UTF8.GetBytes(secret);
        return
        [
            Encoding.UTF8.GetBytes(secret.ToLowerInvariant()), Encoding.UTF8.GetBytes(secret.ToUpperInvariant()),
            Encoding.ASCII.GetBytes(Convert.ToHexStringLower(bytes)), Encoding.ASCII.GetBytes(Convert.ToHexString(bytes)),
            Encoding.Unicode.GetBytes(secret).AsSpan().TrimEnd((byte)0).ToArray(), Encoding.BigEndianUnicode.GetBytes(secret).AsSpan().TrimStart((byte)0).ToArray(),
        ];
    }

    // Base64 of a text that holds the secret looks different for each place in a group of three bytes; the characters at both ends depend on
    // what is around it and are left out.
    private static IEnumerable<string> Base64Of(byte[] bytes)
    {
        for (var before = 0; before < 3; before++)
        {
            var whole = Convert.ToBase64String([.. new byte[before], .. bytes]).TrimEnd('=');
            var start = before == 0 ? 0 : before + 1;
            var end = (before + bytes.Length) * 8 / 6;
            if (end - start >= ShortestForm)
            {
                var form = whole[start..end];
                yield return form;
                if (form.AsSpan().ContainsAny('+', '/'))
                {
                    yield return form.Replace('+', '-').Replace('/', '_');
                }
            }
        }
    }

    private static string Without(List<(int Start, int End)> found, ReadOnlySpan<byte> text, int length)
    {
        var masked = new StringBuilder(length);
        var at = 0;
        foreach (var (start, end) in found.TakeWhile(one => one.Start < length))
        {
            masked.Append(Encoding.UTF8.GetString(text[at..start])).Append(Mark);
            at = end;
        }

        return masked.Append(at < length ? Encoding.UTF8.GetString(text[at..length]) : "").ToString();
    }

    private static (int Start, int End) Around(ReadOnlySpan<byte> text, int start, int end)
    {
        while (start > 0 && IsBase64(text[start - 1]))
        {
            start--;
        }

        while (end < text.Length && IsBase64(text[end]))
        {
            end++;
        }

        return (start, end);
    }

    // Some of its characters may be escaped.
    private static bool IsBase64(byte c) =>
        char.IsAsciiLetterOrDigit((char)c) || c is (byte)'+' or (byte)'/' or (byte)'-' or (byte)'_' or (byte)'=' or (byte)'%' or (byte)'\\';
}
