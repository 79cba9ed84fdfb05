using System.Globalization;
using AuditFunctions.Events;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Paging;

namespace AuditFunctions.Sources;

/// <summary>What is wrong with a page that came with a good status.</summary>
internal static class PageMeaning
{
    /// <summary>How the reason of a page reads that is not what its template says.</summary>
    public const string NotAsSaid = "is not what the template says";

    /// <summary>What an HTML page is, where none is expected.</summary>
    public const string IsHtml = "it is an HTML page, perhaps from a proxy or login form in between; check the address";

    /// <summary>What an answer is that says to wait, and not where the page will be.</summary>
    public const string OfNothingPending = "the vendor answered 202, and nothing that says where the page will be";

    private const string HowToAllow = "if this vendor answers so when there are no events, say so with 'events.optional: true'";

    /// <summary>What an answer means whose status is good, but not that of a whole page; null when it is one.</summary>
    /// <param name="status">The answer's status.</param>
    /// <param name="asksForRange">Whether the request has a Range header: then a part is what was asked for.</param>
    public static string? OfPartialSuccess(int status, bool asksForRange) => status switch
    {
        206 when asksForRange => null,
        202 => "the vendor answered 202: what was asked for is not ready",
        206 => "the vendor answered 206, a part of a page, though the whole was asked for",
        _ => null,
    };

    /// <summary>Why an answer without a body is not a page without events; null when it is one.</summary>
    public static string? OfEmptyAnswer(SourceDefinition source, PageQuery query) =>
        source.Reading.EventsAreOptional || source.Reading.Plan.Format == PageFormat.JsonLines || !IsInWindow(source, query)
            ? null
            : $"the answer is empty in the middle of a window; {HowToAllow}";

    /// <summary>Why a page without a list of events is not a page without events; null when it is one.</summary>
    /// <param name="source">The source.</param>
    /// <param name="query">What was asked for.</param>
    /// <param name="page">The page.</param>
    /// <param name="lacks">What its shape did not find in the answer; null when nothing.</param>
    public static string? OfMissingEvents(SourceDefinition source, PageQuery query, PageView page, string? lacks)
    {
        var (cut, path) = (page.Cut, source.Reading.Plan.Events);
        if (source.Reading.Shape is { HasContext: true } && !source.Paging.MayLeaveOut(page) && !(cut.Offered == 0 && source.Reading.EventsAreOptional))
        {
            return "the line that should say where to go on has nothing that the template reads: the answer is not whole, or says something else";
        }

        if (lacks is not null && !source.Reading.EventsAreOptional)
        {
            return $"{lacks}, though other lists are there; {HowToAllow}";
        }

        var where = source.Reading.EventsText ?? path.ToString();
        return cut.EventsFound || source.Reading.EventsAreOptional
            || (cut.EventsAreNull && !path.IsRoot)
            || source.Paging.SaysAnything(page)
            || (IsBlank(page.Body.Span) && !IsInWindow(source, query))
            ? null
            : $"the answer holds no events{(where.Length == 0 ? "" : $" at '{where}'")}, nor anything else that the template reads; {HowToAllow}";
    }

    /// <summary>Why an answer without events that speaks of an error is not a page without events.</summary>
    public static string OfSaidError(string said) =>
        $"the answer holds no events, and says at {said} that something went wrong; if that is no error of this vendor's, say so in 'errors' with 'action: ignore'";

    /// <summary>Says why a page could not be read, without repeating it.</summary>
    public static string OfUnreadablePage(HttpResponseMessage response, ReadOnlySpan<byte> page, CutError error)
    {
        var type = response.Content.Headers.ContentType?.MediaType ?? "no content type";
        var start = page.TrimStart(" \r\n\t"u8);
        return start.StartsWith("<"u8)
            ? $"the answer is not JSON but a page of {type}, perhaps from a proxy or login form in between; check the address"
            : EncodingOf(page) is { } encoding
            ? $"the page ({type}, {page.Length} bytes) is {encoding}; JSON must be UTF-8 (RFC 8259), and the events are not rewritten. "
                + "Ask the vendor for UTF-8"
            : $"the page ({type}, {page.Length} bytes) {NotAsSaid}: at byte {error.Offset}, {char.ToLowerInvariant(error.Message[0])}{error.Message.AsSpan(1).TrimEnd('.')}";
    }

    /// <summary>Says why an answer of another shape than a page could not be read, without repeating it.</summary>
    public static string OfUnreadableAnswer(HttpResponseMessage response, int length, string why)
    {
        var type = response.Content.Headers.ContentType?.MediaType ?? "no content type";
        return string.Create(CultureInfo.InvariantCulture, $"the answer ({type}, {length} bytes) {NotAsSaid}: {why}");
    }

    /// <summary>What is wrong with the shape of a page that is JSON; null when nothing is.</summary>
    public static CutError? OfShape(PagePlan plan, ReadOnlySpan<byte> page, CutPage cut)
    {
        var start = ByteOrderMark.LengthOf(page);
        while (start < page.Length && page[start] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
        {
            start++;
        }

        if (plan.Format == PageFormat.JsonLines || start == page.Length || page[start] == 'n')
        {
            return null;
        }

        if (!plan.Events.IsRoot && plan.Events.Steps[0].Kind == PathStepKind.Name && page[start] != '{')
        {
            return new CutError(start, "Expected an object that holds the events.");
        }

        if (plan.Events.IsRoot && page[start] == '{')
        {
            // An object of events is a map of objects; that of an error has texts and numbers in it.
            for (var at = 0; at < cut.Count; at++)
            {
                if (page[cut[at].Start] is not ((byte)'{' or (byte)'['))
                {
                    return new CutError(cut[at].Start, "Expected a list of events, found an object with a member that is not an event.");
                }
            }
        }

        return null;
    }

    // Taken for the last page, an answer that says nothing would leave out the rest of a window that has begun. A cursor that is kept is asked again.
    private static bool IsInWindow(SourceDefinition source, PageQuery query) => query.Cursor is not null && source.Progress != ProgressKind.Cursor;

    // An object without members, or null: how some vendors say that there is nothing.
    private static bool IsBlank(ReadOnlySpan<byte> page)
    {
        var text = page[ByteOrderMark.LengthOf(page)..].Trim(" \r\n\t"u8);
        return text.SequenceEqual("null"u8) || (text.StartsWith("{"u8) && text[1..].Trim(" \r\n\t"u8).SequenceEqual("}"u8));
    }

    private static string? EncodingOf(ReadOnlySpan<byte> page) => page switch
    {
        [0xff, 0xfe, 0, 0, ..] or [0, 0, 0xfe, 0xff, ..] or [not 0, 0, 0, 0, ..] or [0, 0, 0, not 0, ..] => "UTF-32",
        [0xff, 0xfe, ..] or [0xfe, 0xff, ..] or [not 0, 0, not 0, 0, ..] or [0, not 0, 0, not 0, ..] => "UTF-16",
        [0x1f, 0x8b, ..] => "compressed with gzip, though no header says so",
        [0x28, 0xb5, 0x2f, 0xfd, ..] => "compressed with zstd, which was not asked for",
        _ => null,
    };
}
