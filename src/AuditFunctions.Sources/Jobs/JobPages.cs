using System.Globalization;
using AuditFunctions.Configuration;
using AuditFunctions.Events;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Paging;

namespace AuditFunctions.Sources.Jobs;

/// <summary>
/// A vendor that does a job for us and gives its result later. All that is known of the job stands in the cursor, which is kept as soon as it is
/// submitted: whoever goes on asks about that very job. Thread safe.
/// </summary>
/// <param name="vendor">Answers each request.</param>
/// <param name="time">The clock.</param>
public sealed class JobPages(IPageSource vendor, TimeProvider time) : IPageSource
{
    private const int MaxHandleLength = 2_000;

    // Lost so often in a row, jobs are a failure of the source.
    private const int LossesToFail = 3;

    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestShown = TimeSpan.FromMinutes(2);

    /// <inheritdoc/>
    public async Task<PageResult> GetPageAsync(SourceDefinition source, PageQuery query, CancellationToken cancellationToken)
    {
        if (source.Job is not { } job)
        {
            return await vendor.GetPageAsync(source, query, cancellationToken);
        }

        if (!JobPlace.TryRead(query.Cursor, out var place))
        {
            return new PageResult.Refused(0, "the cursor that was kept names no job: the template submits jobs now.", IsOfCursor: true);
        }

        var until = time.GetUtcNow() + LongestShown;
        while (true)
        {
            var result = place.Handle.Length == 0 ? await SubmitAsync(source, job, query, place, cancellationToken)
                : place.Cursor is null ? await PollAsync(source, job, query, place, cancellationToken)
                : await ReadAsync(source, job, query, place, cancellationToken);

            // Only for a person, who waits for the result.
            if (query.Inspection is null || time.GetUtcNow() >= until)
            {
                return result;
            }

            if (result is PageResult.Page { MustKeep: true, Lost: null } submitted && JobPlace.TryRead(submitted.End.Cursor, out place))
            {
                submitted.Content.Dispose();
            }
            else if (result is PageResult.Throttled { StatusCode: 202 } pending)
            {
                await Task.Delay(pending.RetryAfter ?? job.Wait, time, cancellationToken);
            }
            else
            {
                return result;
            }
        }
    }

    private async Task<PageResult> SubmitAsync(SourceDefinition source, JobDefinition job, PageQuery query, JobPlace place, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (place.At > now && place.At - now <= LongestPause)
        {
            return place.Losses < LossesToFail
                ? new PageResult.Throttled(503, place.At - now) { Expected = "the vendor lost its job; another one is submitted after a while" }
                : OfJob(new PageResult.Failed(0, string.Create(CultureInfo.InvariantCulture, $"{place.Losses} jobs in a row were lost at the vendor; the next is submitted at {place.At:u}")));
        }

        var result = await vendor.GetPageAsync(job.Submitting(source), query with { Cursor = null }, cancellationToken);
        ForgetPage(query);
        if (result is not PageResult.Page { Content: var content } read)
        {
            return OfJob(result);
        }

        using (content)
        {
            var handle = job.HandlePath.Length == 0 ? JobPlace.OnlyOne : FieldOf(content, 0);
            return handle is not null && read.RepeatsSecret(handle) ? Secret(job.HandlePath)
                : handle is { Length: > 0 and <= MaxHandleLength } && !handle.Any(char.IsControl)
                ? Kept(new JobPlace(place.Losses, time.GetUtcNow(), handle, null))
                : OfJob(new PageResult.Failed(content.Status, $"the answer to the request that submits the job, {job.Submit.Shown}, holds no handle at '{job.HandlePath}'"));
        }
    }

    private async Task<PageResult> PollAsync(SourceDefinition source, JobDefinition job, PageQuery query, JobPlace place, CancellationToken cancellationToken)
    {
        var result = await vendor.GetPageAsync(job.Polling(source), query with { Cursor = null, Job = place.Handle }, cancellationToken);
        ForgetPage(query);
        if (result is PageResult.Refused { IsGone: true } gone)
        {
            return Lost(job, place, gone.Reason);
        }

        // Some vendors say with another error that they know the job no more: one that is over its time is not asked about for ever.
        if (result is PageResult.Failed { StatusCode: not 0 } or PageResult.Refused { StatusCode: not (0 or 401 or 403 or 407), RestFor: null } && IsOver(job, place))
        {
            (result as PageResult.Failed)?.Broken?.Dispose();
            return Lost(job, place, $"{((result as PageResult.Refused)?.Reason ?? ((PageResult.Failed)result).Reason).TrimEnd('.')}; it was not done within {Durations.Write(job.AtMost)}");
        }

        if (result is not PageResult.Page { Content: var content } read)
        {
            return OfJob(result);
        }

        bool isReady;
        using (content)
        {
            var state = job.Ready.Count > 0 ? FieldOf(content, 0) : null;
            if (state is not null && job.Failed.Contains(state))
            {
                return Lost(job, place, $"its state is '{SafeText.OneLine(state)}'");
            }

            if (state is not null && job.Empty.Contains(state))
            {
                return new PageResult.Page(new PageContent(new PooledBytes(), new CutPage()), new PageEnd(null, IsLast: true));
            }

            isReady = job.Ready.Count > 0 ? state is not null && job.Ready.Contains(state) : content.Status != 202;
            if (isReady)
            {
                if (job.Partial.Count > 0 && FieldOf(content, CaptureField(job, job.Captures.Count)) is { } said && job.Partial.Contains(said))
                {
                    return NotWhole($"the vendor says '{SafeText.OneLine(said)}' of the job's result: it left events out");
                }

                if (Capture(job, content, out var values) is { } missing)
                {
                    return OfJob(new PageResult.Failed(content.Status, missing));
                }

                if (job.Captures.FirstOrDefault(capture => values.TryGetValue(capture.Name, out var value) && read.RepeatsSecret(value)) is { Path: { } path })
                {
                    return Secret(path);
                }

                place = place with { Values = values };
            }
        }

        return isReady ? await ReadAsync(source, job, query, place, cancellationToken)
            : IsOver(job, place) ? Lost(job, place, $"it was not done within {Durations.Write(job.AtMost)}")
            : PageResult.Throttled.OfWork(job.Wait);
    }

    private bool IsOver(JobDefinition job, JobPlace place) => time.GetUtcNow() - place.At > job.AtMost;

    private async Task<PageResult> ReadAsync(SourceDefinition source, JobDefinition job, PageQuery query, JobPlace place, CancellationToken cancellationToken)
    {
        var result = await vendor.GetPageAsync(source with { Job = null }, query with { Cursor = place.Cursor, Job = place.Handle, JobValues = place.Values }, cancellationToken);
        if (job.Limit is { } most && result is PageResult.Page { Content: var content } read)
        {
            place = place.Behind(content.Cut.Offered);
            if (read.End.IsLast && place.Read >= most)
            {
                // What the vendor left out comes with the halves of the window, and ids drop what was sent.
                content.Dispose();
                return NotWhole(string.Create(CultureInfo.InvariantCulture, $"the job's result holds {place.Read:N0} events, all that the vendor puts into one: it may have left some out"));
            }
        }

        return result switch
        {
            PageResult.Page page => page with
            {
                End = page.End with { Cursor = page.End.IsLast ? null : (place with { Cursor = page.End.Cursor }).ToStored() },
            },

            // The result, or its pages, are kept for a while only: another job gives them again, and ids drop what was sent.
            PageResult.Refused { StatusCode: 400 or 404 or 410 or 422 } refused => Lost(job, place, refused.Reason),
            _ => OfJob(result),
        };
    }

    private static PageResult.Refused NotWhole(string why) => new(0, $"{why}, and the window is read in halves", IsOfCursor: true);

    private static string? Capture(JobDefinition job, PageContent content, out Dictionary<string, string> values)
    {
        values = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var at = 0; at < job.Captures.Count; at++)
        {
            var (name, path, isOptional) = job.Captures[at];
            var text = FieldOf(content, CaptureField(job, at));
            if (text is { Length: > 0 and <= MaxHandleLength } && !text.Any(char.IsControl))
            {
                values[name] = text;
            }
            else if (!isOptional || !string.IsNullOrEmpty(text))
            {
                return $"the job is done, but the answer to {job.Poll.Shown} holds nothing that can be kept at '{path}' (text or number of up to {MaxHandleLength:N0} characters), which 'job.capture' needs";
            }
        }

        return null;
    }

    // Behind the state, if there is one; behind the last capture stands whether the result is partial.
    private static int CaptureField(JobDefinition job, int at) => at + (job.Ready.Count > 0 ? 1 : 0);

    // As with any cursor, which this becomes a part of.
    private static PageResult Secret(string path) =>
        OfJob(new PageResult.Refused(0, $"the vendor repeats a secret at '{path}' of its answer about the job, which would be stored; use another way of authentication."));

    // Each next one waits twice as long.
    private PageResult.Page Lost(JobDefinition job, JobPlace place, string why)
    {
        var pause = place.Losses >= 12 ? LongestPause : job.Wait * Math.Pow(2, place.Losses);
        var next = new JobPlace(place.Losses + 1, time.GetUtcNow() + (pause < LongestPause ? pause : LongestPause), "", null);
        return Kept(next) with { Lost = why };
    }

    private static PageResult.Page Kept(JobPlace place) =>
        new(new PageContent(new PooledBytes(), new CutPage()), new PageEnd(place.ToStored(), IsLast: false)) { MustKeep = true };

    // What fails says nothing of the cursor: what to do about that is decided here.
    private static PageResult OfJob(PageResult result) => result switch
    {
        PageResult.Refused refused => refused with { IsOfItem = true, IsGone = false },
        PageResult.Failed failed => failed with { IsOfItem = failed.FullPage is null && !failed.IsTooMuch },
        _ => result,
    };

    // The answers about a job are no pages in which a person would look for events.
    private static void ForgetPage(PageQuery query)
    {
        if (query.Inspection is { } notes)
        {
            notes.Page = null;
        }
    }

    // An answer without a body has no fields at all.
    private static string? FieldOf(PageContent page, int field) => page.Bytes.Length > 0 ? ScalarField.TextOf(page.Bytes.Span, page.Cut, field) : null;
}
