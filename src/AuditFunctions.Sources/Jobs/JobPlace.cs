using System.Collections.ObjectModel;
using System.Globalization;

namespace AuditFunctions.Sources.Jobs;

/// <summary>
/// Where a run goes on with a job at the vendor, stored as <c>losses|at|handle|cursor</c>: a job that is to be submitted has no handle, one whose result is
/// being read has the cursor of its next page, and behind the handle what was captured: <c>handle&amp;name=value</c>.
/// </summary>
/// <param name="Losses">How many jobs in a row were lost before.</param>
/// <param name="At">When it was submitted, or is to be submitted at the earliest.</param>
/// <param name="Handle">The vendor's handle of it; empty before it is submitted.</param>
/// <param name="Cursor">The cursor of the next page of its result; null for the first.</param>
internal readonly record struct JobPlace(int Losses, DateTimeOffset At, string Handle, string? Cursor)
{
    /// <summary>The handle of a job whose vendor gives none.</summary>
    public const string OnlyOne = "-";

    // No name of a captured value.
    private const string Count = "#";
    private const char Separator = '|';

    /// <summary>What was captured when it was done.</summary>
    public IReadOnlyDictionary<string, string> Values { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>How many events of its result were read, where that counts.</summary>
    public long Read => Values.TryGetValue(Count, out var text) && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var read) ? read : 0;

    /// <summary>The place behind some more events.</summary>
    public JobPlace Behind(int events) =>
        this with { Values = new Dictionary<string, string>(Values, StringComparer.Ordinal) { [Count] = (Read + events).ToString(CultureInfo.InvariantCulture) } };

    /// <summary>Reads a stored place; null is the start.</summary>
    /// <returns>false when it is not one, such as a cursor from before the template had <c>job</c>.</returns>
    public static bool TryRead(string? stored, out JobPlace place)
    {
        place = new JobPlace(0, DateTimeOffset.UnixEpoch, "", null);
        if (stored is null)
        {
            return true;
        }

        var parts = stored.Split(Separator, 4);
        if (parts.Length != 4
            || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var losses)
            || !long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds())
        {
            return false;
        }

        var known = parts[2].Split('&');
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in known.Skip(1))
        {
            if (pair.IndexOf('=', StringComparison.Ordinal) is var at and > 0)
            {
                values[pair[..at]] = Uri.UnescapeDataString(pair[(at + 1)..]);
            }
        }

        place = new JobPlace(losses, DateTimeOffset.FromUnixTimeSeconds(seconds), Uri.UnescapeDataString(known[0]), parts[3].Length > 0 ? parts[3] : null) { Values = values };
        return true;
    }

    /// <summary>The place as it is stored.</summary>
    public string ToStored()
    {
        var values = string.Concat(Values.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"&{pair.Key}={Uri.EscapeDataString(pair.Value)}"));
        return string.Create(CultureInfo.InvariantCulture, $"{Losses}{Separator}{At.ToUnixTimeSeconds()}{Separator}{Uri.EscapeDataString(Handle)}{values}{Separator}{Cursor}");
    }
}
