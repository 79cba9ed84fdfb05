using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Sources.Expansion;

/// <summary>
/// One run's view of a vendor that lists items, of which each must be asked for: a page is what some of them answer, and its cursor names the page of the
/// list and the item in it, so that a run goes on in the middle of a list. Not thread safe.
/// </summary>
/// <param name="vendor">Answers each request.</param>
/// <param name="time">Waits between requests where the vendor wants that.</param>
public sealed class ExpandedPages(IPageSource vendor, TimeProvider time) : IPageSource, IAsyncDisposable
{
    // Few enough to be asked for again when the run breaks off before they are sent.
    private const int MostOfPage = 50;
    private const int MostShown = 3;

    // A page is made of what came until then: a run looks at its budget between pages.
    private static readonly TimeSpan LongestPage = TimeSpan.FromSeconds(30);

    private readonly Dictionary<int, ItemAnswer> _asked = [];
    private CancellationTokenSource _leaving = new();
    private ItemList? _list;
    private int _mostGiven;

    /// <inheritdoc/>
    public async Task<PageResult> GetPageAsync(SourceDefinition source, PageQuery query, CancellationToken cancellationToken)
    {
        if (source.Expand is not { } expand)
        {
            return await vendor.GetPageAsync(source, query, cancellationToken);
        }

        if (!ItemPlace.TryRead(query.Cursor, out var place))
        {
            return new PageResult.Refused(0, "the cursor that was kept names no item of a list: the template lists items now.", IsOfCursor: true);
        }

        var isNew = _list?.IsFor(query, place.Cursor) != true;
        if (isNew)
        {
            await LeaveAsync();
            if (await ListAsync(source, expand, query with { Cursor = place.Cursor }, cancellationToken) is { } failure)
            {
                return failure;
            }
        }

        var list = _list!;
        if (place.Item > list.Count && list.End.IsLast)
        {
            await LeaveAsync();
            return new PageResult.Failed(0, "the list holds fewer items now than were read of it; it is asked for again");
        }

        var first = list.ItemOf(place, out var inner);
        if (list.Count == 0)
        {
            using var nothing = new AnswersPage(expand, cancellationToken);
            return nothing.ToPage(list.EndBefore(0));
        }

        var answers = new ItemAnswers(expand.AnswersOf(source), expand, list, query, waits: isNew) { Inside = (first, inner, place.Pages), Links = expand.LinksOf(source) };
        var result = await PageAsync(answers, first, cancellationToken);
        ExpansionNotes.Of(query, list, answers.Next);
        return result;
    }

    /// <summary>Gives up what was asked for ahead.</summary>
    public async ValueTask DisposeAsync()
    {
        await LeaveAsync();
        _leaving.Dispose();
    }

    private async Task<PageResult?> ListAsync(SourceDefinition source, ExpandDefinition expand, PageQuery query, CancellationToken cancellationToken)
    {
        _mostGiven = query.Cursor is null ? 0 : _mostGiven;
        var result = await FullListCheck.AskAsync(vendor, expand.ListOf(source), query with { MostGiven = _mostGiven }, cancellationToken);
        if (result is not PageResult.Page page)
        {
            // What is kept of an unreadable page are its events, and a list has none.
            (result as PageResult.Failed)?.Broken?.Dispose();
            return result is PageResult.Failed failed ? failed with { Broken = null } : result;
        }

        using (page.Content)
        {
            var offered = page.Content.Cut.Offered;
            _mostGiven = offered < (query.PageSize ?? source.Timing.PageSize) ? Math.Max(_mostGiven, offered) : _mostGiven;
            (_list, var failure) = ItemList.Of(page.Content, page.End, query, expand);
            ExpansionNotes.OfList(query, offered, _list);
            return failure;
        }
    }

    // The answers from an item on, until the page is full, or an item fails: what came before it goes on its way.
    private async Task<PageResult> PageAsync(ItemAnswers answers, int first, CancellationToken cancellationToken)
    {
        using var page = new AnswersPage(answers.Expand, cancellationToken);
        var until = time.GetUtcNow() + LongestPage;
        var most = Math.Min(answers.List.Count, first + (answers.Query.Inspection is null ? MostOfPage : MostShown));
        var at = first;
        for (; at < most && !page.IsFull && (at == first || time.GetUtcNow() < until); at++)
        {
            var answer = await AskAheadAsync(answers, at, most, cancellationToken);
            if (!page.HasNoEvents && await Task.WhenAny(answer.Result, answer.Turn.Wanted) != answer.Result)
            {
                // Larger than what is put together.
                break;
            }

            answer.Turn.Give();
            var result = await answer.Result;
            if (result is PageResult.Failed && answer.For != first && at == first)
            {
                // Asked for while another was: it may have waited for its turn.
                Take(at);
                (result as PageResult.Failed)?.Broken?.Dispose();
                at--;
                continue;
            }

            if (TakeIn(page, answers, at, result) is { } done)
            {
                return done;
            }
        }

        return End(page, answers, at);
    }

    // Adds an item's answer to the page; returns what ends the page, null to go on with the next item.
    private PageResult? TakeIn(AnswersPage page, ItemAnswers answers, int at, PageResult result)
    {
        switch (result)
        {
            case PageResult.Page one:
                return TakeIn(page, answers, at, one);
            case PageResult.Refused refused when answers.IsOfCursor(at, refused):
                // It says nothing of the item, of which a page was there: the window begins anew, and ids drop what was sent.
                Take(at);
                return refused with { Reason = $"the next page of item {at + 1} of the list: {refused.Reason}", IsOfCursor = true, IsGone = false };
            case PageResult.Refused { IsGone: true } gone:
                Take(at);
                page.Gone(answers.List[at], gone.Reason);
                return null;
            default:
                Take(at);
                if (page.IsEmpty)
                {
                    return answers.OfItem(result, at);
                }

                (result as PageResult.Failed)?.Broken?.Dispose();
                return End(page, answers, at);
        }
    }

    private PageResult? TakeIn(AnswersPage page, ItemAnswers answers, int at, PageResult.Page one)
    {
        var content = one.Content;
        if (answers.EmptyOf(content) is { } empty)
        {
            Take(at);
            content.Dispose();
            return page.IsEmpty ? answers.OfItem(empty, at) : End(page, answers, at);
        }

        if (AnswersPage.IsAlone(content))
        {
            return page.HasNoEvents ? Alone(page, answers, at, one) : End(page, answers, at);
        }

        Take(at);
        var next = answers.EndOf(at, one.End, out var endless);
        using (content)
        {
            if ((endless?.Reason ?? page.Add(content, answers.List[at])) is { } wrong)
            {
                return page.IsEmpty ? answers.OfItem(new PageResult.Failed(0, wrong), at) : End(page, answers, at);
            }
        }

        if (next == answers.List.EndBefore(at + 1))
        {
            return null;
        }

        // The rest of its answer is the next page: what came of it is kept first.
        answers.Next = at;
        return page.ToPage(next);
    }

    // An answer so large that it is a page by itself.
    private PageResult Alone(AnswersPage page, ItemAnswers answers, int at, PageResult.Page one)
    {
        Take(at);
        answers.Next = at + 1;
        var end = answers.EndOf(at, one.End, out var endless);
        if (endless is null)
        {
            return page.ToPage(one.Content, answers.List[at], end);
        }

        one.Content.Dispose();
        return answers.OfItem(endless, at);
    }

    private static PageResult End(AnswersPage page, ItemAnswers answers, int next)
    {
        answers.Next = next;
        return page.ToPage(answers.List.EndBefore(next));
    }

    private void Take(int at) => _asked.Remove(at);

    private async ValueTask<ItemAnswer> AskAheadAsync(ItemAnswers answers, int at, int most, CancellationToken cancellationToken)
    {
        var isPaced = answers.Source.Timing.RequestInterval > TimeSpan.Zero;
        var last = isPaced || answers.Query.Inspection is not null ? at : Math.Min(most, at + answers.Expand.Concurrency) - 1;
        for (var item = at; item <= last; item++)
        {
            if (_asked.ContainsKey(item))
            {
                continue;
            }

            if (answers.Waits)
            {
                await PauseAsync(answers, cancellationToken);
            }

            answers.Waits = true;
            var turn = new MemoryTurn();
            _asked[item] = new ItemAnswer(turn, AskAsync(answers, item, turn, cancellationToken), at);
        }

        return _asked[at];
    }

    // Between two requests, where the vendor wants that.
    private async Task PauseAsync(ItemAnswers answers, CancellationToken cancellationToken)
    {
        if (answers.Source.Timing.RequestInterval is var pause && pause > TimeSpan.Zero)
        {
            await Task.Delay(pause, time, cancellationToken);
        }
    }

    private async Task<PageResult> AskAsync(ItemAnswers answers, int item, MemoryTurn turn, CancellationToken cancellationToken)
    {
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _leaving.Token);
        var query = answers.QueryFor(item, turn);
        if (answers.Links is { } links)
        {
            var (behind, failure) = await ItemLinks.AskAsync(vendor, links, query, linked.Token);
            if (behind is null)
            {
                return failure!;
            }

            await PauseAsync(answers, linked.Token);
            query = behind;
        }

        return await vendor.GetPageAsync(answers.Source, query, linked.Token);
    }

    private async Task LeaveAsync()
    {
        _list = null;
        if (_asked.Count == 0)
        {
            return;
        }

        await _leaving.CancelAsync();
        ItemAnswer[] left = [.. _asked.Values];
        _asked.Clear();
        foreach (var answer in left)
        {
            try
            {
                var result = await answer.Result;
                (result as PageResult.Page)?.Content.Dispose();
                (result as PageResult.Failed)?.Broken?.Dispose();
            }
            catch (Exception)
            {
                // Nobody waits for this answer any more.
            }
        }

        _leaving.Dispose();
        _leaving = new CancellationTokenSource();
    }
}
