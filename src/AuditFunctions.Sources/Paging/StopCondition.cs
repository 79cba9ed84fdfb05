using System.Globalization;
using AuditFunctions.Events;

namespace AuditFunctions.Sources.Paging;

/// <summary>Something that ends a window. That the vendor names no next page, or the same one again, always does.</summary>
public abstract record StopCondition
{
    private StopCondition()
    {
    }

    /// <summary>Whether it is a statement of the vendor's, which stands on the page or in its headers.</summary>
    public virtual bool IsOfPage => false;

    /// <summary>Whether it would end a window too early unless events come oldest first (true), newest first (false); null when any order will do.</summary>
    public virtual bool? NeedsOldestFirst => null;

    /// <summary>What it looks at, for people.</summary>
    public abstract string Name { get; }

    /// <summary>What it reads from a page.</summary>
    public abstract StopSays Says(PageView page);

    /// <summary>Whether it is a count that is less than what came, so that it counts something else, or is not known to the vendor.</summary>
    public virtual bool IsExceeded(PageView page) => false;

    /// <summary>The vendor's statement in words, for a page that it contradicts.</summary>
    public virtual string Claim(PageView page) => "the vendor says that more follow";

    /// <summary>The page holds no event.</summary>
    public sealed record EmptyPage : StopCondition
    {
        /// <inheritdoc/>
        public override string Name => "empty-page";

        /// <inheritdoc/>
        public override StopSays Says(PageView page) => page.Cut.Offered == 0 ? StopSays.PerhapsEnd : StopSays.Nothing;
    }

    /// <summary>The page holds fewer events than were asked for. The vendor may give fewer at once: only with nothing behind it is it the last.</summary>
    public sealed record ShortPage : StopCondition
    {
        /// <inheritdoc/>
        public override string Name => "short-page";

        /// <inheritdoc/>
        public override StopSays Says(PageView page) => page.Cut.Offered < page.PageSize ? StopSays.ShortPage : StopSays.Nothing;
    }

    /// <summary>
    /// The page's last event is older than the window: for lists, newest first, that cannot be asked for a part. What is behind it was read before. A
    /// page whose last event is newer than its first shows that the list is not newest first: then it is read to its end.
    /// </summary>
    public sealed record BeforeWindow : StopCondition
    {
        /// <inheritdoc/>
        public override string Name => "before-window";

        /// <inheritdoc/>
        public override bool? NeedsOldestFirst => false;

        /// <inheritdoc/>
        public override StopSays Says(PageView page) =>
            page.Times.ReachesStart(page) && page.Times.Ends(page) is var (first, last) && last <= first ? StopSays.End : StopSays.Nothing;
    }

    /// <summary>The vendor leaves out what names the next page when there is none, also on a full page.</summary>
    public sealed record NoCursor : StopCondition
    {
        /// <inheritdoc/>
        public override string Name => "no-cursor";

        /// <inheritdoc/>
        public override StopSays Says(PageView page) => StopSays.Nothing;
    }

    /// <summary>A flag in the body has some value: <c>has_more</c> is <c>false</c>. Any other value says that more follows.</summary>
    /// <param name="PageField">Index among the page fields.</param>
    /// <param name="Path">Where it stands, for messages.</param>
    /// <param name="Is">The value, as JSON writes it without quotes.</param>
    public sealed record Flag(int PageField, string Path, string Is) : StopCondition
    {
        /// <inheritdoc/>
        public override string Name => $"'{Path}' is '{Is}'";

        /// <inheritdoc/>
        public override bool IsOfPage => true;

        /// <inheritdoc/>
        public override StopSays Says(PageView page) => page.FieldText(PageField) is { } text
            ? text == Is ? StopSays.End : StopSays.More
            : Is == "null" && page.Cut.PageField(PageField).Kind == JsonKind.Null ? StopSays.End : StopSays.Nothing;

        /// <inheritdoc/>
        public override string Claim(PageView page) => $"the vendor says that more follow ('{Path}' is not '{Is}')";
    }

    /// <summary>A flag in a response header has some value. Any other value says that more follows; where the header is missing, nothing is said.</summary>
    /// <param name="Header">The header.</param>
    /// <param name="Is">The value.</param>
    public sealed record HeaderIs(string Header, string Is) : StopCondition
    {
        /// <inheritdoc/>
        public override string Name => $"header '{Header}' is '{Is}'";

        /// <inheritdoc/>
        public override bool IsOfPage => true;

        /// <inheritdoc/>
        public override StopSays Says(PageView page) => page.Header(Header) is { Length: > 0 } text ? text == Is ? StopSays.End : StopSays.More : StopSays.Nothing;

        /// <inheritdoc/>
        public override string Claim(PageView page) => $"the vendor says that more follow (header '{Header}' is not '{Is}')";
    }

    /// <summary>Two response headers differ: JumpCloud's <c>X-Result-Count</c> and <c>X-Limit</c>. Where one is missing, nothing is said.</summary>
    public sealed record HeadersDiffer(string One, string Other) : StopCondition
    {
        /// <inheritdoc/>
        public override string Name => $"header '{One}' differs from '{Other}'";

        /// <inheritdoc/>
        public override bool IsOfPage => true;

        /// <inheritdoc/>
        public override StopSays Says(PageView page) => page.Header(One) is { } one && page.Header(Other) is { } other
            ? one == other ? StopSays.More : StopSays.End
            : StopSays.Nothing;

        /// <inheritdoc/>
        public override string Claim(PageView page) => $"the vendor says that more follow (the headers '{One}' and '{Other}' are equal)";
    }

    /// <summary>The page's number is the number of pages; for the kind that counts pages.</summary>
    /// <param name="PageField">Index among the page fields.</param>
    /// <param name="Path">Where it stands, for messages.</param>
    /// <param name="Kind">Knows the page's number.</param>
    public sealed record LastPage(int PageField, string Path, IPagingKind Kind) : StopCondition
    {
        /// <inheritdoc/>
        public override string Name => $"number of pages at '{Path}'";

        /// <inheritdoc/>
        public override bool IsOfPage => true;

        /// <inheritdoc/>
        public override StopSays Says(PageView page) => PagesOf(page) is { } pages ? NumberOf(page) >= pages ? StopSays.PerhapsEnd : StopSays.More : StopSays.Nothing;

        /// <inheritdoc/>
        public override string Claim(PageView page) =>
            string.Create(CultureInfo.InvariantCulture, $"the vendor says that there are {PagesOf(page)} pages, this is page {NumberOf(page)}");

        /// <inheritdoc/>
        public override bool IsExceeded(PageView page) => page.Cut.Offered > 0 && NumberOf(page) > PagesOf(page);

        /// <summary>Whether an empty page is one of those that the vendor counts, and the page before was short: it may count from 0, and was asked from 1 on.</summary>
        public bool CountsOn(PageView page) => page.Cut.Offered == 0 && Kind.Position(null) > 0 && NumberOf(page) is > 1 and var number && number <= PagesOf(page)
            && page.Place.Last < page.PageSize && (page.Place.Last < page.Place.Largest || page.Place.Last == page.Place.Read);

        // Counted from 1, whatever the vendor calls the first one.
        private long? NumberOf(PageView page) => Kind.Position(page.Cursor) - Kind.Position(null) + 1;

        private decimal? PagesOf(PageView page) =>
            decimal.TryParse(page.FieldText(PageField), NumberStyles.Float, CultureInfo.InvariantCulture, out var pages) ? decimal.Truncate(pages) : null;
    }

    /// <summary>As many events as the body's total says have come; for kinds that count.</summary>
    /// <param name="PageField">Index among the page fields.</param>
    /// <param name="Path">Where it stands, for messages.</param>
    public sealed record Total(int PageField, string Path) : StopCondition
    {
        /// <inheritdoc/>
        public override string Name => $"total at '{Path}'";

        /// <inheritdoc/>
        public override bool IsOfPage => true;

        /// <inheritdoc/>
        public override StopSays Says(PageView page) => TotalOf(page) is { } total && CameWith(page) is { } came
            ? came >= total ? StopSays.PerhapsEnd : StopSays.More
            : StopSays.Nothing;

        /// <inheritdoc/>
        public override string Claim(PageView page) =>
            string.Create(CultureInfo.InvariantCulture, $"the vendor says that there are {TotalOf(page)} events, {CameWith(page)} came");

        /// <inheritdoc/>
        public override bool IsExceeded(PageView page) => TotalOf(page) < CameWith(page);

        private static long? CameWith(PageView page) => page.Place.Read + page.Cut.Offered;

        private decimal? TotalOf(PageView page) =>
            decimal.TryParse(page.FieldText(PageField), NumberStyles.Float, CultureInfo.InvariantCulture, out var total) ? decimal.Truncate(total) : null;
    }
}
