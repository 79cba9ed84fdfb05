using System.Globalization;

namespace AuditFunctions.Sources.Paging;

/// <summary>Something that ends a window. That the vendor names no next page, or the same one again, always does.</summary>
public abstract record StopCondition
{
    private StopCondition()
    {
    }

    /// <summary>Whether a page is the last.</summary>
    public abstract bool Ends(PageView page);

    /// <summary>The page holds no event.</summary>
    public sealed record EmptyPage : StopCondition
    {
        /// <inheritdoc/>
        public override bool Ends(PageView page) => page.Cut.Offered == 0;
    }

    /// <summary>The page holds fewer events than were asked for.</summary>
    public sealed record ShortPage : StopCondition
    {
        /// <inheritdoc/>
        public override bool Ends(PageView page) => page.Cut.Offered < page.PageSize;
    }

    /// <summary>A flag in the body has some value: <c>has_more</c> is <c>false</c>.</summary>
    /// <param name="PageField">Index among the page fields.</param>
    /// <param name="Is">The value, as JSON writes it without quotes.</param>
    public sealed record Flag(int PageField, string Is) : StopCondition
    {
        /// <inheritdoc/>
        public override bool Ends(PageView page) => page.FieldText(PageField) == Is;
    }

    /// <summary>Two response headers differ: JumpCloud's <c>X-Result-Count</c> and <c>X-Limit</c>.</summary>
    public sealed record HeadersDiffer(string One, string Other) : StopCondition
    {
        /// <inheritdoc/>
        public override bool Ends(PageView page) => page.Header(One) != page.Header(Other);
    }

    /// <summary>As many events as the body's total says have been read; for kinds that count.</summary>
    /// <param name="PageField">Index among the page fields.</param>
    /// <param name="Kind">The counting kind.</param>
    public sealed record Total(int PageField, IPagingKind Kind) : StopCondition
    {
        /// <inheritdoc/>
        public override bool Ends(PageView page) =>
            long.TryParse(page.FieldText(PageField), NumberStyles.None, CultureInfo.InvariantCulture, out var total)
            && EventsRead(page) >= total;

        private long EventsRead(PageView page) => Kind switch
        {
            OffsetPaging offset => (offset.Position(page.Cursor) ?? 0) + page.Cut.Offered,
            PageNumberPaging number => (((number.Position(page.Cursor) ?? 0) - number.First) * page.PageSize) + page.Cut.Offered,
            _ => 0,
        };
    }
}
