using System.Globalization;

namespace Azure.Data.Tables.Filters;

/// <summary>
/// Values as literals of a query filter: https://learn.microsoft.com/rest/api/storageservices/querying-tables-and-entities
/// </summary>
internal static class ODataLiteral
{
    public static string Of(object? value) => value switch
    {
        string text => Quoted(text),
        char character => Quoted(character.ToString()),
        bool flag => flag ? "true" : "false",
        sbyte or byte or short or ushort or int => ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture),
        uint number => $"{number.ToString(CultureInfo.InvariantCulture)}L",
        long number => $"{number.ToString(CultureInfo.InvariantCulture)}L",
        float number => OfDouble(number),
        double number => OfDouble(number),
        Guid guid => $"guid'{guid:D}'",
        DateTimeOffset instant => OfInstant(instant.UtcDateTime),
        DateTime time => OfInstant(Utc.Of(time)),
        byte[] bytes => $"X'{Convert.ToHexStringLower(bytes)}'",
        BinaryData data => $"X'{Convert.ToHexStringLower(data.ToMemory().Span)}'",
        null => throw new ArgumentException("A filter cannot compare with null: tables hold no nulls.", nameof(value)),
        _ => throw new ArgumentException($"A filter cannot compare with a value of type {value.GetType()}.", nameof(value)),
    };

    private static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    private static string OfInstant(DateTime utc) => $"datetime'{utc.ToString("O", CultureInfo.InvariantCulture)}'";

    private static string OfDouble(double value)
    {
        if (!double.IsFinite(value))
        {
            throw new ArgumentException("A filter cannot compare with NaN or infinity.", nameof(value));
        }
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        return text.AsSpan().IndexOfAny('.', 'E') < 0 ? $"{text}.0" : text;
    }
}
