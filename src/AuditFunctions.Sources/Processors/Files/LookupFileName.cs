using AuditFunctions.Configuration;

namespace AuditFunctions.Sources.Processors.Files;

/// <summary>Names of lookup files: they must be safe in addresses, in folders and in checkpoints.</summary>
public static class LookupFileName
{
    /// <summary>What a name may be, for people.</summary>
    public const string Allowed = "up to 100 letters, digits, '.', '-' and '_', starting with a letter or digit";

    private const int Longest = 100;

    /// <summary>Whether a text is a name.</summary>
    public static bool IsValid(string text) =>
        text.Length is > 0 and <= Longest && char.IsAsciiLetterOrDigit(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');

    /// <summary>Reads <c>file</c>; what is wrong is a problem.</summary>
    /// <param name="reader">The action's keys.</param>
    /// <param name="endings">How the name may end, each with its dot.</param>
    internal static string Read(SettingReader reader, params ReadOnlySpan<string> endings)
    {
        var name = reader.Required("file");
        if (name.Length > 0 && !IsValid(name))
        {
            reader.Problems.Add(reader.At("file"), $"is '{name}'; allowed: the name of a lookup file, {Allowed}.");
        }
        else if (name.Length > 0 && !EndsWithOneOf(name, endings))
        {
            reader.Problems.Add(reader.At("file"), $"is '{name}'; it must end with {string.Join(" or ", endings)}.");
        }

        return name;
    }

    private static bool EndsWithOneOf(string name, ReadOnlySpan<string> endings)
    {
        foreach (var ending in endings)
        {
            if (name.EndsWith(ending, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
