using System.Text;
using System.Text.RegularExpressions;
using AuditFunctions.Events;
using AuditFunctions.Http;

namespace AuditFunctions.Sources.Definition;

/// <summary>Where a refusal says from when on the vendor still has events: in its body, in a header, or nowhere, so that the template says it.</summary>
/// <param name="BodyField">Index of the text among the fields of <see cref="ErrorRules.Plan"/>, or -1.</param>
/// <param name="Header">The response header that holds it; null for none.</param>
/// <param name="Pattern">What of the text is the time: its first group, or all that matches; null for the whole text.</param>
/// <param name="Format">How the time is written.</param>
/// <param name="Before">How long before the request it lies; null where the answer says it.</param>
public sealed record KeptTime(int BodyField, string? Header, Regex? Pattern, TimeFormat Format, TimeSpan? Before)
{
    // A vendor's own message is short; what is longer is not looked through.
    private const int LongestText = 4_000;

    /// <summary>The instant; null when the answer does not say it.</summary>
    /// <param name="body">The text at <see cref="BodyField"/>; null without one.</param>
    /// <param name="response">The answer.</param>
    /// <param name="now">The instant of the request.</param>
    public DateTimeOffset? In(string? body, HttpResponseMessage response, DateTimeOffset now)
    {
        if (Before is { } before)
        {
            return now - before;
        }

        var text = Header is null ? body : response.FirstHeader(Header);
        if (text is null || text.Length > LongestText)
        {
            return null;
        }

        if (Pattern is not null)
        {
            if (Pattern.Match(text) is not { Success: true } match)
            {
                return null;
            }

            text = match.Groups.Count > 1 ? match.Groups[1].Value : match.Value;
        }

        return Format.TryRead(Encoding.UTF8.GetBytes(text.Trim()), out var at) ? at : null;
    }
}
