using System.Text.Json;

namespace AuditFunctions.Events;

/// <summary>
/// Reads names and texts of JSON that others wrote. Half of a surrogate pair as an escape (<c>\ud800</c>) is JSON by RFC 8259, and bytes that are no UTF-8 are not
/// checked for: both are no text of .NET, which throws. Here they are no name that is looked for, and no text.
/// </summary>
public static class LooseJson
{
    /// <summary>The last member of that name; null when there is none, or this is not an object.</summary>
    public static JsonElement? Member(this JsonElement element, string name)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        try
        {
            return element.TryGetProperty(name, out var value) ? value : null;
        }
        catch (InvalidOperationException)
        {
            return Search(element, name);
        }
    }

    /// <summary>A text as it is, everything else as it is written; null for a text that is not valid.</summary>
    public static string? AsText(this JsonElement element)
    {
        try
        {
            return element.ToString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>A member's name; empty for one that is no text.</summary>
    public static string NameAsText(this JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            return "";
        }
    }

    /// <summary>The name or text that a reader stands on; null when it is not valid UTF-16.</summary>
    public static string? AsText(this ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Whether the name or text that a reader stands on is this one.</summary>
    public static bool Says(this ref Utf8JsonReader reader, ReadOnlySpan<byte> text)
    {
        try
        {
            return reader.ValueTextEquals(text);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static JsonElement? Search(JsonElement element, string name)
    {
        JsonElement? found = null;
        foreach (var member in element.EnumerateObject())
        {
            found = IsNamed(member, name) ? member.Value : found;
        }

        return found;
    }

    private static bool IsNamed(JsonProperty member, string name)
    {
        try
        {
            return member.NameEquals(name);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
