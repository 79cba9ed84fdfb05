using AuditFunctions.Events;
using AuditFunctions.Sources.Answers;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Inspection;
using AuditFunctions.Sources.Paging;
using AuditFunctions.Sources.Requests;
using AuditFunctions.Sources.Scripts;

namespace AuditFunctions.Sources;

/// <summary>Reads an answer whose status is good: its bytes, its events and what comes after it.</summary>
internal static class PageResponse
{
    /// <summary>Reads the answer; a result that holds a page's content hands it over to the receiver.</summary>
    /// <exception cref="Requests.RequestException">The vendor names a next page that cannot be asked for or kept.</exception>
    public static async Task<PageResult> ReadAsync(AskedPage asked, HttpResponseMessage response, PageMemory memory, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        if (!(status == 202 && (asked.Source.Reading.TakesAccepted || asked.Source.Paging.Pending is not null)) && PageMeaning.OfPartialSuccess(status, asked.Source.RequestFor(asked.Query.Cursor).AsksForRange) is { } partial)
        {
            return new PageResult.Failed(status, partial);
        }

        var share = asked.Share = memory.Open(asked.Query.Turn);
        var bytes = share.Own();
        var content = new PageContent(bytes, new CutPage()) { Share = share, Status = status };
        PageResult? result = null;
        try
        {
            var isWhole = await PageReader.ReadAsync(response.Content, bytes, share, cancellationToken);
            asked.Note?.Invoke(bytes.WrittenMemory);
            if (!isWhole)
            {
                return TooMuch(status, $"is larger than {share.MostBytes >> 20} MB", share.MostBytes < VendorClient.MaxPageBytes ? "Fetching__PageMemoryMegabytes" : null);
            }

            var received = bytes.Length;
            if (received > 0 && await ShapeAsync(asked, response, bytes, content, share, cancellationToken) is { } why)
            {
                result = ErrorMeaning.OfNoPage(asked, response) ?? new PageResult.Failed(status, PageMeaning.OfUnreadableAnswer(response, received, why)) { Broken = content };
                return result;
            }

            var (fault, events) = bytes.Length == 0 ? (null, 0) : await FaultOfAsync(bytes, asked.Source.Reading.Plan, content.Cut, share, cancellationToken);
            result = events > share.MostEvents
                ? TooMuch(status, $"holds {events:N0} events, more than {share.MostEvents:N0}", "Fetching__MaxPageEvents")
                : Read(asked, response, bytes, content, fault, cancellationToken);
            return result;
        }
        catch (ShapeTooLargeException)
        {
            return TooMuch(status, $"becomes larger than {share.MostBytes >> 20} MB when it is read", null);
        }
        finally
        {
            if (result is not (PageResult.Page or PageResult.Failed { Broken: not null }))
            {
                content.Dispose();
            }
        }
    }

    private static PageResult.Failed TooMuch(int status, string how, string? setting) =>
        new(status, $"the page {how}; ask for smaller pages with pageSize{(setting is null ? "" : $", or raise {setting}")}") { IsTooMuch = true };

    private static PageResult Read(AskedPage asked, HttpResponseMessage response, PooledBytes bytes, PageContent content, CutError? fault, CancellationToken cancellationToken)
    {
        var (source, query) = (asked.Source, asked.Query);
        var status = (int)response.StatusCode;
        if ((bytes.Length == 0 || fault is not null) && ErrorMeaning.OfNoPage(asked, response) is { } ruled)
        {
            return ruled;
        }

        if (bytes.Length == 0)
        {
            // 204, or 200 with nothing: no events.
            return (status == 202 && source.Paging.Pending is not null ? PageMeaning.OfNothingPending : PageMeaning.OfEmptyAnswer(source, query)) is { } early
                ? new PageResult.Failed(status, early)
                : new PageResult.Page(content, new PageEnd(null, IsLast: true));
        }

        if (fault is not null)
        {
            var reason = PageMeaning.OfUnreadablePage(response, bytes.WrittenSpan, fault);
            return new PageResult.Failed(status, reason) { Broken = content };
        }

        if (content.Cut.Count > 0 && source.Reading.ScriptedTime is { } times)
        {
            ReadTimes(times, asked, bytes, content.Cut, cancellationToken);
        }

        var view = ViewOf(asked, response, bytes, content.Cut, cancellationToken);
        if (query.Inspection is { } notes)
        {
            notes.Page = PageInspection.Of(source, view, asked.Known);
        }

        var rule = ErrorMeaning.RuleOf(source.Reading.Errors, response, view);
        if (rule is { Action: not ErrorAction.Ignore })
        {
            return ErrorMeaning.OfPage(rule, asked, response, view);
        }

        if (status == 202 && source.Paging.Pending is { } wait)
        {
            return OfPending(asked, view, content, wait);
        }

        if (rule is null && EmptyAnswer.MeaningOf(asked, response, bytes.WrittenSpan, content.Cut, cancellationToken) is { } error)
        {
            return error;
        }

        var unlikely = rule is null ? UnlikelyEvents.In(source, query, view, cancellationToken) : null;
        if ((unlikely ?? PageMeaning.OfMissingEvents(source, query, view, content.Lacks)) is { } missing)
        {
            return unlikely is not null && ThrottleWords.AreInEmpty(bytes.WrittenSpan) ? ResponseMeaning.ThrottleOf(source, response, asked.At) : new PageResult.Failed(status, missing);
        }

        content.Elsewhere = rule is null && content.Cut is { EventsFound: true, Offered: 0 } && query.Item.Count == 0 ? EventsElsewhere.In(source.Reading, bytes.WrittenSpan)?.Without(asked.Known) : null;
        var end = source.Paging.EndOf(view);
        if ((end.Doubt ?? FirstPage.DoubtOf(view, source)) is { } doubt)
        {
            return new PageResult.Failed(status, doubt) { FullPage = end.FullPage, IsOfWindow = end.IsOfWindow };
        }

        CursorGuard.Check(end.Cursor, asked.Known);
        return new PageResult.Page(content, end with { Wait = source.Paging.Kind.WaitOf(view) });
    }

    private static void ReadTimes(ScriptTimes times, AskedPage asked, PooledBytes bytes, CutPage cut, CancellationToken cancellationToken)
    {
        try
        {
            times.Read(bytes.WrittenMemory, cut, asked.Clock, cancellationToken);
        }
        catch (ScriptFailure failure)
        {
            throw new ScriptFault("time", failure);
        }
    }

    // Events that are there already come again with the page.
    private static PageResult OfPending(AskedPage asked, PageView view, PageContent content, TimeSpan wait)
    {
        var (later, wrong) = asked.Source.Paging.LaterOf(view);
        if (wrong is not null)
        {
            return new PageResult.Failed(202, wrong);
        }

        if (later is not { } end)
        {
            return PageResult.Throttled.OfWork(wait);
        }

        CursorGuard.Check(end.Cursor, asked.Known);
        content.Cut.Clear();
        return new PageResult.Page(content, end) { MustKeep = true };
    }

    private static PageView ViewOf(AskedPage asked, HttpResponseMessage response, PooledBytes bytes, CutPage cut, CancellationToken cancellationToken)
    {
        var (source, query) = (asked.Source, asked.Query);
        var print = source.Paging.Kind.Counts ? PagePrint.Of(bytes.WrittenSpan, cut, source.Reading.IdParts, cancellationToken) : 0;

        var place = source.Paging.PlaceOf(query.Cursor);

        // A single event may well be like another one, where events have no ids.
        var isEarlier = print != 0 && cut.Count > 1 && query.Earlier?.TryGetValue(print, out var askedWith) == true && askedWith != place.Cursor;
        return new PageView(bytes.WrittenMemory, cut, response, asked.Url, place, query.PageSize ?? source.Timing.PageSize)
        {
            MostGiven = query.MostGiven,
            Print = print,
            IsEarlierAgain = isEarlier,
            Clock = asked.Clock,
            Times = new PageTimes(source.Reading.Time, query.From, query.To),
            KeepsCursor = source.Progress == ProgressKind.Cursor,
            AsksForSize = source.AsksForSize,
            AsksForWindow = source.AsksForWindow,
            GoesOnFromNewest = source is { AsksForStart: true, Order: EventOrder.Ascending, Progress: ProgressKind.Window, Expand: null },
            CredentialParameters = source.Auth.QueryParameters,
        };
    }

    // Nothing is done, and nothing copied, where the answer is JSON in UTF-8 as it should be.
    private static async ValueTask<string?> ShapeAsync(
        AskedPage asked, HttpResponseMessage response, PooledBytes bytes, PageContent content, PageShare share, CancellationToken cancellationToken)
    {
        var reading = asked.Source.Reading;
        var charset = response.Content.Headers.ContentType?.CharSet;
        if (reading is { IsPacked: false, Shape: null } && AnswerBytes.IsUtf8(bytes, charset))
        {
            return null;
        }

        // How much becomes of it is not known before, and both are there for a while: one after the other they have the memory for it.
        var most = reading is { IsPacked: false, Shape.MostGrowth: > 0 and var times } && AnswerBytes.IsUtf8(bytes, charset)
            ? Math.Min(share.MostTogether, bytes.Capacity + ((long)times * bytes.Length))
            : share.MostTogether;
        await share.ReserveAsync(most, cancellationToken);
        AnswerHeading.Drop(bytes, reading.Heading.Span);
        var files = new List<int>();
        if (AnswerBytes.Unpack(bytes, share.Beside, reading.Compression, share.MostBytes, reading.EventsAreOptional, cancellationToken, files) is { } packed)
        {
            return packed;
        }

        if (bytes.Length == 0 && !reading.MayHoldNothing)
        {
            return "nothing is in the file when it is unpacked";
        }

        var isOfFiles = files.Count > 0 && reading.Shape is { IsOfFiles: true } && !AnswerBytes.IsUtf8(bytes, charset);
        if ((isOfFiles ? "it holds several files in another charset than UTF-8" : AnswerBytes.ToUtf8(bytes, share.Beside, charset, share.MostBytes, cancellationToken)) is { } unknown)
        {
            return unknown;
        }

        if (reading.Shape is not { } shape)
        {
            return null;
        }

        using var page = share.Beside();
        try
        {
            var cursor = asked.Source.Paging.PlaceOf(asked.Query.Cursor).Cursor;
            var bounds = new ShapeBounds(share.MostBytes, asked.Clock, cancellationToken) { Cursor = cursor, Files = files };
            if ((AnswerBytes.IsHtmlFor(shape, bytes.WrittenSpan) ? PageMeaning.IsHtml : shape.Convert(bytes.WrittenMemory, page, bounds)) is { } wrong)
            {
                return wrong;
            }

            content.Lacks = bounds.Lacks;
        }
        catch (ScriptFault fault)
        {
            return fault.In(asked.Source.Template);
        }

        bytes.TakeOver(page);
        return null;
    }

    // Also how many events it holds; when there are more than a page may hold, nothing else is said of it.
    private static async ValueTask<(CutError? Fault, int Events)> FaultOfAsync(PooledBytes bytes, PagePlan plan, CutPage cut, PageShare share, CancellationToken cancellationToken)
    {
        cut.MostEvents = share.EventsBeside(bytes.Capacity);
        var error = PageCutter.Cut(bytes.WrittenSpan, plan, cut, cancellationToken);
        if (cut.Beyond > 0 && cut.Count + cut.Beyond is var found && found <= share.MostEvents)
        {
            // Many small events: they are read again when there is memory for them.
            cut.Dispose();
            await share.ReserveAsync(bytes.Capacity + ((long)found * PageMemory.EventBytes), cancellationToken);
            cut.MostEvents = found;
            error = PageCutter.Cut(bytes.WrittenSpan, plan, cut, cancellationToken);
        }

        if (cut.Beyond > 0)
        {
            return (error, cut.Count + cut.Beyond);
        }

        if (error is not null)
        {
            // Bad events are copied, and kept in one more copy. How many events stand behind them is not known.
            var events = Math.Min(bytes.Length / 2, share.MostEvents);
            await share.ReserveAsync(bytes.Capacity + (2L * Math.Min(bytes.Length, PageRepair.MostBytes)) + ((long)events * PageMemory.EventBytes), cancellationToken);
            cut.MostEvents = events;
            error = PageRepair.Run(bytes, plan, cut, error, cancellationToken);
        }
        else if (PageMeaning.OfShape(plan, bytes.WrittenSpan, cut) is { } shape)
        {
            // A page of another shape has no events before its fault: what was found in it are the parts of something else.
            cut.Clear();
            error = shape;
        }

        if (cut.TooLong is { Count: > 0 } tooLong)
        {
            // No copy: the page lives as long as they are needed.
            cut.Quarantined =
            [
                .. cut.Quarantined,
                .. tooLong.Select(slice => new BadEvent(
                    bytes.WrittenMemory.Slice(slice.Start, slice.Length),
                    $"the event at byte {slice.Start} of its page has {slice.Length:N0} bytes, more than the {CutPage.MostEventBytes >> 20} MB of the longest event that can be delivered")),
            ];
        }

        return (error, cut.Count + cut.Beyond);
    }
}
