using System.Globalization;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Events;
using AuditFunctions.Sources.Paging;

namespace AuditFunctions.Sources;

/// <summary>What became of one request for a page.</summary>
public abstract record PageResult
{
    /// <summary>How long a source rests to which an error rule gives a rest: the longest time for which it is not asked.</summary>
    public static readonly TimeSpan LongestRest = TimeSpan.FromHours(6);

    private PageResult()
    {
    }

    /// <summary>A page that is what the definition says.</summary>
    /// <param name="Content">Its bytes and what was found in them; the receiver disposes it.</param>
    /// <param name="End">What comes after it.</param>
    public sealed record Page(PageContent Content, PageEnd End) : PageResult
    {
        /// <summary>Whether the cursor after it must be kept at once, though it brings nothing: it names work that the vendor does for us.</summary>
        public bool MustKeep { get; init; }

        /// <summary>Why that work is lost and begins again; null when it is not.</summary>
        public string? Lost { get; init; }

        /// <summary>What was sent to get it and is a secret: what of the page is to be stored as text must hold none of it. Null for a page that was made here.</summary>
        internal Redactor? Known { get; init; }

        /// <summary>Whether a text of the page repeats a secret.</summary>
        internal bool RepeatsSecret(string text) => Known?.IsIn(text) == true;
    }

    /// <summary>The vendor asks us to wait, or there is another reason to.</summary>
    /// <param name="StatusCode">HTTP status; 0 when nobody was asked.</param>
    /// <param name="RetryAfter">How long, if that is known.</param>
    public sealed record Throttled(int StatusCode, TimeSpan? RetryAfter) : PageResult
    {
        /// <summary>
        /// What is waited for, in words, where all is well: the vendor works on what it was asked for, or the source's own limits say so. Null when the vendor has
        /// had enough of us.
        /// </summary>
        public string? Expected { get; init; }

        /// <summary>The vendor has not finished what it was asked for.</summary>
        public static Throttled OfWork(TimeSpan wait) => new(202, wait) { Expected = "HTTP 202: the vendor still works on what it was asked for" };
    }

    /// <summary>The vendor refuses, and will refuse again until somebody changes something.</summary>
    /// <param name="StatusCode">HTTP status; 0 when the request was not made.</param>
    /// <param name="Reason">What failed and what to do, without secrets.</param>
    /// <param name="IsOfCursor">Whether a cursor that was kept does not fit the definition any more.</param>
    public sealed record Refused(int StatusCode, string Reason, bool IsOfCursor = false) : PageResult
    {
        /// <summary>Whether it is the answer for an item of a list, and says nothing of the list's cursor.</summary>
        public bool IsOfItem { get; init; }

        /// <summary>From when on the vendor has events, where an error rule says that it refuses the time that it was asked for; null when it does not.</summary>
        public DateTimeOffset? KeptFromAt { get; init; }

        /// <summary>How long not to ask again, where an error rule says that it would be in vain; null for the usual waits.</summary>
        public TimeSpan? RestFor { get; init; }

        /// <summary>Whether an error rule says that a look-up passes over what it asked about.</summary>
        public bool IsSkipped { get; init; }

        /// <summary>Whether an error rule says that what was asked for is gone, and will not come back.</summary>
        public bool IsGone { get; init; }
    }

    /// <summary>
    /// Something that may be better next time: no connection, a time-out, a 5xx, a page that is cut off or is not what the definition says.
    /// </summary>
    /// <param name="StatusCode">HTTP status; 0 when there was no answer.</param>
    /// <param name="Reason">What failed, without secrets.</param>
    public sealed record Failed(int StatusCode, string Reason) : PageResult
    {
        /// <summary>
        /// The page, when there was one that is not what the definition says, with the events that are whole before its fault; the receiver
        /// disposes it.
        /// </summary>
        public PageContent? Broken { get; init; }

        /// <summary>
        /// How many events the page held, when it is full and does not show whether it is the last: asked for another number, the vendor shows
        /// it. Null when that is not the question.
        /// </summary>
        public int? FullPage { get; init; }

        /// <summary>Whether a shorter window would bring what the page may have left out: it is full, and the vendor has no pages.</summary>
        public bool IsOfWindow { get; init; }

        /// <summary>Whether it is the answer for an item of a list: neither the list's cursor nor its page size is to blame.</summary>
        public bool IsOfItem { get; init; }

        /// <summary>Whether the vendor moved on behind the cursor: what it names now is another page, and the window must begin anew.</summary>
        public bool MovedOn { get; init; }

        /// <summary>Whether a smaller page may do: this one took too long or was too large.</summary>
        public bool IsTooMuch { get; init; }

        /// <summary>Whether the vendor, or a gateway before it, hung up before the answer was whole: a hiccup, or what it does with pages that are too large.</summary>
        public bool IsBrokenOff { get; init; }

        /// <summary>The page that was named as the next one is the page before, and names itself.</summary>
        public static Failed OfSamePage(int events) => new(200, string.Create(
            CultureInfo.InvariantCulture,
            $"the next page that was named is the same page again ({events} events), and names itself; check where 'paging' finds the next page"));

        /// <summary>The same page, asked for again, holds none of the events that it held: what came first would be lost.</summary>
        public static Failed OfOtherEvents(int before) => new(200, string.Create(
            CultureInfo.InvariantCulture,
            $"asked for the same page once more, the vendor gave none of the {before} events that it gave before: it seems to keep the position itself; see the paging kind 'server-position', or where 'paging' finds the next page"))
        {
            MovedOn = true,
        };

        /// <summary>The vendor gives as many events as it is asked for, and names no next page or says each time that this is the last: there are more than are reached.</summary>
        public static Failed OfSilentPages(int given, int before, PagingDefinition paging)
        {
            var flag = paging.Stops.FirstOrDefault(stop => stop is StopCondition.Flag or StopCondition.HeaderIs);
            return new Failed(200, string.Create(
                CultureInfo.InvariantCulture,
                $"the vendor gave {given} and {before} events when asked for so many, and ")
                + (flag is null ? $"names no next page at '{paging.Kind.NextPath}'; check 'paging'"
                    : $"either time the page looks like the last one ({flag.Name}, or no other page named at '{paging.Kind.NextPath}'); check 'paging' and its 'stop'"));
        }
    }
}

/// <summary>A page's bytes, from the pool, and what was found in them.</summary>
public sealed class PageContent(PooledBytes bytes, CutPage cut) : IDisposable
{
    /// <summary>The bytes as received, decompressed.</summary>
    public ReadOnlyMemory<byte> Bytes => bytes.WrittenMemory;

    /// <summary>The events and fields found.</summary>
    public CutPage Cut { get; } = cut;

    /// <summary>Which items of a list the events come from; null where events are not the answers for items.</summary>
    public ListedItems? Listed { get; internal set; }

    /// <summary>Another list of the answer that looks like events, where that of the template is empty; null when there is none.</summary>
    public Inspection.EventsElsewhere? Elsewhere { get; internal set; }

    /// <summary>What it lacks of what the template says of it; null when it has all.</summary>
    internal string? Lacks { get; set; }

    /// <summary>Whether it stands for an answer that an error rule calls empty.</summary>
    public bool IsOfError { get; init; }

    /// <summary>The status that it came with; 0 for a page that was made here.</summary>
    internal int Status { get; init; }

    /// <summary>What it has of the memory of all pages; null for a page that was made here.</summary>
    internal PageShare? Share { get; init; }

    /// <summary>Puts asterisks over secrets in a page that is kept because it is not what it should be; its events keep their places.</summary>
    internal void Mask(Redactor known, CancellationToken cancellationToken) => known.MaskInPlace(bytes.WrittenInPlace, cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        DisposeBytes();
        Share?.Dispose();
    }

    /// <summary>Gives the memory back before the page is done with: what it held can only be counted from now on.</summary>
    public void ForgetBytes()
    {
        bytes.Dispose();
        Share?.Dispose();
    }

    /// <summary>Gives the bytes back, and leaves the share to the page that took their place.</summary>
    internal void DisposeBytes()
    {
        Cut.Dispose();
        bytes.Dispose();
    }
}
