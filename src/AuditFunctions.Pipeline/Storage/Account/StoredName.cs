using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AuditFunctions.Pipeline.Storage.Account;

/// <summary>Writes a text that may hold anything, such as a partition's key from a vendor, as a part of a row's key or a blob's name.</summary>
internal static class StoredName
{
    /// <summary>Longest that <see cref="Encode"/> returns, in characters.</summary>
    public const int MaxLength = 200;

    /// <summary>
    /// The text with letters, digits and <c>-</c> as they are and every other byte as <c>_</c> and two hex digits; one that would be too long is cut and
    /// ends in its hash. Two texts never give the same.
    /// </summary>
    public static string Encode(string text)
    {
        if (text.Length <= MaxLength && text.All(IsPlain))
        {
            return text;
        }

        var name = new StringBuilder();
        foreach (var unit in Encoding.UTF8.GetBytes(text))
        {
            var letter = (char)unit;
            _ = IsPlain(letter) ? name.Append(letter) : name.Append(CultureInfo.InvariantCulture, $"_{unit:x2}");
        }

        return name.Length <= MaxLength
            ? name.ToString()
            : $"{name.ToString(0, MaxLength - 66)}__{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";
    }

    private static bool IsPlain(char letter) => char.IsAsciiLetterOrDigit(letter) || letter == '-';
}
