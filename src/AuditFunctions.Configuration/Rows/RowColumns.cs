using System.Globalization;
using AuditFunctions.Configuration.Secrets;

namespace AuditFunctions.Configuration.Rows;

/// <summary>Reads the columns that every row has, collecting what is wrong.</summary>
public sealed class RowColumns(TableRow row, Problems problems)
{
    /// <summary>A column as text, without blanks around it; null when it is absent.</summary>
    public string? Text(string column) => row[column]?.Trim();

    /// <summary>A column that names a secret; null when it is absent or wrong. What stands there instead is not repeated.</summary>
    public SecretName? Secret(string column)
    {
        if (Text(column) is not { } text)
        {
            return null;
        }

        if (SecretName.TryParse(text, out var name))
        {
            return name;
        }

        problems.Add(column, BoundParameters.NoReference);
        return null;
    }

    /// <summary>A column as a switch; null when it is absent or wrong.</summary>
    public bool? Flag(string column)
    {
        if (Text(column) is not { } text)
        {
            return null;
        }

        if (bool.TryParse(text, out var flag))
        {
            return flag;
        }

        problems.Add(column, $"is '{text}'; allowed: true, false.");
        return null;
    }

    /// <summary>A column as a whole number; null when it is absent, wrong or out of bounds. Both bounds are allowed.</summary>
    public int? Integer(string column, int min, int max)
    {
        if (Text(column) is not { } text)
        {
            return null;
        }

        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max)
        {
            return number;
        }

        problems.Add(column, $"is '{text}'; allowed: a whole number from {min} to {max}.");
        return null;
    }

    /// <summary>A column as a duration; null when it is absent, wrong or out of bounds. Both bounds are allowed.</summary>
    public TimeSpan? Duration(string column, TimeSpan min, TimeSpan max)
    {
        if (Text(column) is not { } text)
        {
            return null;
        }

        if (Durations.TryParse(text, out var duration) && duration >= min && duration <= max)
        {
            return duration;
        }

        problems.Add(column, $"is '{text}'; allowed: {Durations.Allowed}, from {Durations.Write(min)} to {Durations.Write(max)}.");
        return null;
    }

    /// <summary>A column as an instant from 1970 on; null when it is absent or wrong.</summary>
    public DateTimeOffset? Instant(string column)
    {
        if (Text(column) is not { } text)
        {
            return null;
        }

        if (Instants.TryRead(text, out var instant) && instant >= DateTimeOffset.UnixEpoch)
        {
            return instant;
        }

        // Storage takes no instant before 1601, and no vendor has an event of before 1970.
        problems.Add(column, $"is '{text}'; allowed: an instant from 1970 on, such as 2026-01-01T00:00:00Z.");
        return null;
    }

    /// <summary>The destinations that a source names, each once; at least one, or that is a problem.</summary>
    public IReadOnlyList<string> Destinations()
    {
        var names = (Text(SourceColumns.Destination) ?? "")
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Distinct(StringComparer.Ordinal)
            .ToArray();
        if (names.Length == 0)
        {
            problems.Add(SourceColumns.Destination, "is missing: name one destination, or several separated by commas.");
        }

        foreach (var name in names.Where(name => !ResourceName.IsValid(name)))
        {
            problems.Add(SourceColumns.Destination, $"'{name}' is no destination name; allowed: {ResourceName.Allowed}.");
        }

        return names;
    }
}
