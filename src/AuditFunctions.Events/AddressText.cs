using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace AuditFunctions.Events;

/// <summary>
/// Reads IP addresses as logs write them: not the short, octal and hexadecimal forms that programs take too, since 7 is no address, and 010.0.0.1 hardly
/// 8.0.0.1.
/// </summary>
public static class AddressText
{
    /// <summary>Reads one; one of IPv4 that is written for IPv6 is of IPv4.</summary>
    public static bool TryRead(string text, [NotNullWhen(true)] out IPAddress? address)
    {
        address = null;
        if (!(text.Contains(':', StringComparison.Ordinal) || IsDotted(text)) || !IPAddress.TryParse(text, out address))
        {
            return false;
        }

        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return true;
    }

    /// <summary>Whether a text is four numbers, none with a zero in front.</summary>
    public static bool IsDotted(ReadOnlySpan<char> text)
    {
        var parts = 0;
        foreach (var part in text.Split('.'))
        {
            var digits = text[part];
            if (++parts > 4 || digits.Length is 0 or > 3 || digits.ContainsAnyExceptInRange('0', '9') || digits is ['0', _, ..])
            {
                return false;
            }
        }

        return parts == 4;
    }
}
