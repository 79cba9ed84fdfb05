using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Events;
using AuditFunctions.Sources.Answers;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Inspection;
using AuditFunctions.Sources.Paging;

namespace AuditFunctions.Sources;

/// <summary>What was asked for, to read its answer by. Holds secrets, so it has no text form.</summary>
internal sealed class AskedPage(SourceDefinition source, PageQuery query, Redactor known, Uri url)
{
    /// <summary>The source.</summary>
    public SourceDefinition Source { get; } = source;

    /// <summary>Which page.</summary>
    public PageQuery Query { get; } = query;

    /// <summary>The secrets that the request may hold, and what was exchanged for them.</summary>
    public Redactor Known { get; } = known;

    /// <summary>The request's address.</summary>
    public Uri Url { get; } = url;

    /// <summary>The instant of the request.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Takes the answer's body for a person; null in a run.</summary>
    public Action<ReadOnlyMemory<byte>>? Note { get; init; }
}

/// <summary>Reads an answer whose status is good: its bytes, its events and what comes after it.</summary>
internal static class PageResponse
{
    /// <summary>Reads the answer; a result that holds a page's content hands it over to the receiver.</summary>
    /// <exception cref="Requests.RequestException">The vendor names a next page that cannot be asked for or kept.</exception>
    public static async Task<PageResult> ReadAsync(AskedPage asked, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        if (PageMeaning.OfPartialSuccess(status, asked.Source.RequestFor(asked.Query.Cursor).AsksForRange) is { } partial)
        {
            return new PageResult.Failed(status, partial);
        }

        var bytes = new PooledBytes();
        var content = new PageContent(bytes, new CutPage());
        PageResult? result = null;
        try
        {
            var isWhole = await PageReader.ReadAsync(response.Content, bytes, VendorClient.MaxPageBytes, cancellationToken);
            asked.Note?.Invoke(bytes.WrittenMemory);
            result = isWhole
                ? Read(asked, response, bytes, content)
                : TooLarge(status);
            return result;
        }
        finally
        {
            if (result is not (PageResult.Page or PageResult.Failed { Broken: not null }))
            {
                content.Dispose();
            }
        }
    }

    private static PageResult.Failed TooLarge(int status) =>
        new(status, $"the page is larger than {VendorClient.MaxPageBytes >> 20} MB; ask for smaller pages with pageSize") { IsTooMuch = true };

    private static PageResult Read(AskedPage asked, HttpResponseMessage response, PooledBytes bytes, PageContent content)
    {
        var (source, query) = (asked.Source, asked.Query);
        var status = (int)response.StatusCode;
        if (bytes.Length == 0)
        {
            // 204, or 200 with nothing: no events.
            return PageMeaning.OfEmptyAnswer(source, query) is { } early
                ? new PageResult.Failed(status, early)
                : new PageResult.Page(content, new PageEnd(null, IsLast: true));
        }

        var received = bytes.Length;
        if (ShapeOf(source.Reading, response, bytes) is { } why)
        {
            return new PageResult.Failed(status, PageMeaning.OfUnreadableAnswer(response, received, why)) { Broken = content };
        }

        if (FaultOf(bytes, source.Reading.Plan, content.Cut) is { } fault)
        {
            var reason = PageMeaning.OfUnreadablePage(response, bytes.WrittenSpan, fault);
            return new PageResult.Failed(status, reason) { Broken = content };
        }

        var view = ViewOf(asked, response, bytes, content.Cut);
        if (query.Inspection is { } notes)
        {
            notes.Page = PageInspection.Of(source, view);
        }

        if (source.Reading.Errors.Rules.Count > 0 && ErrorMeaning.RuleOf(source.Reading.Errors, status, view) is { } rule)
        {
            return ErrorMeaning.OfPage(rule, source, response, bytes.WrittenSpan, asked.At);
        }

        if (PageMeaning.OfMissingEvents(source, query, view) is { } missing)
        {
            return new PageResult.Failed(status, missing);
        }

        var end = source.Paging.EndOf(view);
        if (end.Doubt is { } doubt)
        {
            return new PageResult.Failed(status, doubt) { FullPage = end.FullPage };
        }

        CursorGuard.Check(end.Cursor, asked.Known);
        return new PageResult.Page(content, end);
    }

    private static PageView ViewOf(AskedPage asked, HttpResponseMessage response, PooledBytes bytes, CutPage cut)
    {
        var (source, query) = (asked.Source, asked.Query);
        return new PageView(bytes.WrittenMemory, cut, response.Headers, asked.Url, source.Paging.PlaceOf(query.Cursor), query.PageSize ?? source.Timing.PageSize)
        {
            MostGiven = query.MostGiven,
            Print = source.Paging.Kind.Counts ? PagePrint.Of(bytes.WrittenSpan, cut, source.Reading.IdParts) : 0,
            Times = new PageTimes(source.Reading.TimeField, source.Reading.TimeFormat, query.From, query.To),
            KeepsCursor = source.Progress == ProgressKind.Cursor,
            CredentialParameters = source.Auth.QueryParameters,
        };
    }

    // Nothing is done, and nothing copied, where the answer is JSON in UTF-8 as it should be.
    private static string? ShapeOf(ReadingDefinition reading, HttpResponseMessage response, PooledBytes bytes)
    {
        if (AnswerBytes.Unpack(bytes, reading.Compression) is { } packed)
        {
            return packed;
        }

        if (AnswerBytes.ToUtf8(bytes, response.Content.Headers.ContentType?.CharSet) is { } charset)
        {
            return charset;
        }

        if (reading.Shape is not { } shape)
        {
            return null;
        }

        using var page = new PooledBytes();
        if (shape.Convert(bytes.WrittenMemory, page) is { } wrong)
        {
            return wrong;
        }

        bytes.Clear();
        bytes.Write(page.WrittenSpan);
        return null;
    }

    // A page of another shape has no events before its fault: what was found in it are the parts of something else.
    private static CutError? FaultOf(PooledBytes bytes, PagePlan plan, CutPage cut)
    {
        if (PageCutter.Cut(bytes.WrittenSpan, plan, cut) is { } error)
        {
            return PageMender.Mend(bytes, plan, cut, error);
        }

        var shape = PageMeaning.OfShape(plan, bytes.WrittenSpan, cut);
        if (shape is not null)
        {
            cut.Clear();
        }

        return shape;
    }
}
