using System.Globalization;
using System.Net;
using AuditFunctions.Events;

namespace AuditFunctions.Sources.Processors.Conditions;

/// <summary>A number, or a text that is one, within bounds.</summary>
/// <param name="isWithin">Whether it is.</param>
internal sealed class NumberComparison(Func<decimal, bool> isWithin) : IComparison
{
    /// <summary>Reads a number with all its digits, up to 28; beyond them it is the nearest that can be held.</summary>
    public static bool TryRead(string text, out decimal number)
    {
        if (decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number))
        {
            return true;
        }

        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) || double.IsNaN(real))
        {
            return false;
        }

        number = real > 0 ? decimal.MaxValue : decimal.MinValue;
        return true;
    }

    /// <inheritdoc/>
    public bool Holds(ReadOnlySpan<byte> json, JsonSlice value) =>
        value is { Kind: JsonKind.Number or JsonKind.String, Length: <= 100 } && TryRead(JsonText.Unescape(json, value), out var number) && isWithin(number);
}

/// <summary>An instant within bounds.</summary>
/// <param name="format">How it is written.</param>
/// <param name="isWithin">Whether it is.</param>
internal sealed class TimeComparison(TimeFormat format, Func<DateTimeOffset, bool> isWithin) : IComparison
{
    /// <inheritdoc/>
    public bool Holds(ReadOnlySpan<byte> json, JsonSlice value) =>
        value.Kind is JsonKind.Number or JsonKind.String && format.TryRead(json, value, out var time) && isWithin(time);
}

/// <summary>An IP address in one of some networks.</summary>
internal sealed class NetworkComparison(IReadOnlyList<IPNetwork> networks) : IComparison
{
    private const int LongestAddress = 64;

    /// <inheritdoc/>
    public bool Holds(ReadOnlySpan<byte> json, JsonSlice value)
    {
        if (value is not { Kind: JsonKind.String, Length: <= LongestAddress } || !AddressText.TryRead(JsonText.Unescape(json, value), out var address))
        {
            return false;
        }

        foreach (var network in networks)
        {
            if (network.Contains(address))
            {
                return true;
            }
        }

        return false;
    }
}
