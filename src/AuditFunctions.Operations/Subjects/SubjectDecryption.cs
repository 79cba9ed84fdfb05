using System.Text;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Events;
using AuditFunctions.Hosting;
using AuditFunctions.Pipeline.Storage.Subjects;
using AuditFunctions.Sources.Processors.Subjects;

namespace AuditFunctions.Operations.Subjects;

/// <summary>What became of encrypted values.</summary>
/// <param name="Lines">Lines of the file.</param>
/// <param name="Restored">Values that were decrypted.</param>
/// <param name="Left">Values that stay encrypted: their subject was forgotten, or no key of the installation reads them.</param>
public sealed record DecryptedFile(long Lines, long Restored, long Left);

/// <summary>Restores encrypted values in JSON lines, as they stood in the events. All else keeps its bytes.</summary>
/// <param name="installation">The installation.</param>
public sealed class SubjectDecryption(Installation installation)
{
    // Some 40 MB.
    private const int MostKeys = 100_000;

    private static readonly byte[] Start = Encoding.UTF8.GetBytes($"\"{SubjectText.Prefix}");

    private readonly SubjectKeyStore _store = installation.Get<SubjectKeyStore>();
    private readonly Dictionary<string, SubjectKey?> _byTag = new(StringComparer.Ordinal);

    /// <summary>Restores a file's values.</summary>
    /// <param name="from">The file.</param>
    /// <param name="into">Takes its lines.</param>
    /// <param name="key">One secret; null for all that sources name.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="OperationException">Which keys there are cannot be said.</exception>
    /// <exception cref="SecretException">A key cannot be read.</exception>
    public async Task<DecryptedFile> RunAsync(TextReader from, TextWriter into, string? key, CancellationToken cancellationToken)
    {
        var keys = await new InstalledSubjects(installation).KeysAsync(key, cancellationToken);
        var (lines, restored, left) = (0L, 0L, 0L);
        while (await from.ReadLineAsync(cancellationToken) is { } line)
        {
            lines++;
            var json = Encoding.UTF8.GetBytes(line);
            using var output = new PooledBytes();
            var copied = 0;
            for (var at = Next(json, 0); at >= 0; at = Next(json, at))
            {
                var end = JsonExtent.EndOf(json, at);
                if (end < 0)
                {
                    break;
                }

                if (await RestoreAsync(JsonText.Unescape(json.AsSpan(at + 1, end - at - 2)), keys, cancellationToken) is { } value)
                {
                    restored++;
                    output.Write(json.AsSpan(copied, at - copied));
                    output.Write(value);
                    copied = end;
                }
                else
                {
                    left++;
                }

                at = end;
            }

            output.Write(json.AsSpan(copied));
            await into.WriteLineAsync(Encoding.UTF8.GetString(output.WrittenSpan).AsMemory(), cancellationToken);
        }

        return new DecryptedFile(lines, restored, left);
    }

    private static int Next(ReadOnlySpan<byte> json, int at) => json[at..].IndexOf(Start) is >= 0 and var found ? at + found : -1;

    // Two entries may have encrypted one value, one after the other.
    private async Task<byte[]?> RestoreAsync(string text, IReadOnlyList<(SecretName Name, byte[] Value)> keys, CancellationToken cancellationToken)
    {
        byte[]? json = null;
        while (SubjectText.Read(text) is { } encrypted && await KeyOfAsync(encrypted.Tag, keys, cancellationToken) is { } key && key.Decrypt(encrypted) is { } plain)
        {
            json = plain;
            if (!plain.AsSpan().StartsWith(Start))
            {
                break;
            }

            text = JsonText.Unescape(plain.AsSpan(1, plain.Length - 2));
        }

        return json;
    }

    private async Task<SubjectKey?> KeyOfAsync(string tag, IReadOnlyList<(SecretName Name, byte[] Value)> keys, CancellationToken cancellationToken)
    {
        if (_byTag.TryGetValue(tag, out var known))
        {
            return known;
        }

        foreach (var (name, value) in keys)
        {
            known ??= await _store.FindByTagAsync(name, value, tag, cancellationToken);
        }

        if (_byTag.Count >= MostKeys)
        {
            _byTag.Clear();
        }

        return _byTag[tag] = known;
    }
}
