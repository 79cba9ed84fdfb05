using System.Globalization;

namespace AuditFunctions.Sources.Jobs;

/// <summary>
/// Where a run goes on with a job at the vendor, stored as <c>losses|at|handle|cursor</c>: a job that is to be submitted has no handle, one whose result is
/// being read has the cursor of its next page.
/// </summary>
/// <param name="Losses">How many jobs in a row were lost before.</param>
/// <param name="At">When it was submitted, or is to be submitted at the earliest.</param>
/// <param name="Handle">The vendor's handle of it; empty before it is submitted.</param>
/// <param name="Cursor">The cursor of the next page of its result; null for the first.</param>
internal readonly record struct JobPlace(int Losses, DateTimeOffset At, string Handle, string? Cursor)
{
    private const char Separator = '|';

    /// <summary>Reads a stored place; null is the start.</summary>
    /// <returns>false when it is none, such as one of the time before the template had <c>job</c>.</returns>
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

        place = new JobPlace(losses, DateTimeOffset.FromUnixTimeSeconds(seconds), Uri.UnescapeDataString(parts[2]), parts[3].Length > 0 ? parts[3] : null);
        return true;
    }

    /// <summary>The place as it is stored.</summary>
    public string ToStored() =>
        string.Create(CultureInfo.InvariantCulture, $"{Losses}{Separator}{At.ToUnixTimeSeconds()}{Separator}{Uri.EscapeDataString(Handle)}{Separator}{Cursor}");
}
