using AuditFunctions.Events;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Paging;

namespace AuditFunctions.Sources;

/// <summary>What is wrong with a page that came with a good status.</summary>
public static class PageMeaning
{
    /// <summary>How the reason of a page reads that is not what its template says.</summary>
    public const string NotAsSaid = "is not what the template says";

    /// <summary>What an answer means whose status is good, but not that of a whole page; null when it is one.</summary>
    public static string? OfOddSuccess(int status) => status switch
    {
        202 => "the vendor answered 202: what was asked for is not ready",
        206 => "the vendor answered 206, a part of a page, though the whole was asked for",
        _ => null,
    };

    /// <summary>Says why a page could not be read, without repeating it.</summary>
    public static string OfUnreadablePage(HttpResponseMessage response, ReadOnlySpan<byte> page, CutError error)
    {
        var type = response.Content.Headers.ContentType?.MediaType ?? "no content type";
        var start = page.TrimStart(" \r\n\t"u8);
        return start.StartsWith("<"u8) ? $"the answer is no JSON but a page of {type}, perhaps from a proxy or login form in between; check the address"
            : EncodingOf(page) is { } encoding ? $"the page ({type}, {page.Length} bytes) is {encoding}; JSON must be UTF-8 (RFC 8259), and the events are not rewritten. Ask the vendor for UTF-8"
            : $"the page ({type}, {page.Length} bytes) {NotAsSaid}: at byte {error.Offset}, {error.Message}";
    }

    /// <summary>What is wrong with the shape of a page that is JSON; null when nothing is.</summary>
    public static CutError? OfShape(PagePlan plan, ReadOnlySpan<byte> page, CutPage cut)
    {
        var start = page.StartsWith("\uFEFF"u8) ? 3 : 0;
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
                    return new CutError(cut[at].Start, "Expected a list of events, found an object with a member that is none.");
                }
            }
        }

        return null;
    }

    /// <summary>Whether an answer with status 200 says that it is an error.</summary>
    public static bool IsError(ErrorRule rule, PageView page)
    {
        var text = page.FieldText(rule.PageField);
        return rule.Is is { } bad ? text == bad : text is not (null or "false" or "0" or "[]" or "{}");
    }

    /// <summary>Why the end of a page cannot be believed; null when it can. Events behind it would be left out.</summary>
    public static string? OfEnd(SourceDefinition source, CutPage cut, PageEnd end)
    {
        if (end.Repeats && cut.Offered > 0 && source.Order != EventOrder.Ascending && source.Progress == ProgressKind.Window)
        {
            return "the vendor names a page with events as the page after itself; what follows it cannot be asked for";
        }

        return end.Cursor is null && cut is { Count: 0, SetAside.Count: > 0 } && source.Paging.Kind is LastEventPaging
            ? "no event of the page is JSON, and the next page is named by the last of them"
            : null;
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
