using AuditFunctions.Configuration;
using AuditFunctions.Events;
using AuditFunctions.Http;
using AuditFunctions.Sources.Answers;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Paging;

namespace AuditFunctions.Sources;

/// <summary>What an answer means to which one of the source's error rules applies.</summary>
internal static class ErrorMeaning
{
    /// <summary>Whether any rule may apply to an answer with an error status, so that its body must be read.</summary>
    public static bool MayBeOf(SourceDefinition source, int status) => source.Reading.Errors.Rules.Any(rule => rule.IsOf(status));

    /// <summary>The rule that applies to an answer with a good status; null when none does.</summary>
    /// <param name="errors">The rules.</param>
    /// <param name="response">The answer.</param>
    /// <param name="page">The page; null when the answer is empty or no page, so that only its status and headers say anything.</param>
    public static ErrorRule? RuleOf(ErrorRules errors, HttpResponseMessage response, PageView? page)
    {
        Func<ErrorRule, string?>? textAt = page is null ? null : rule => page.FieldText(rule.PageField);
        foreach (var rule in errors.Rules)
        {
            if (rule.IsOf((int)response.StatusCode) && rule.Applies(response, textAt))
            {
                return rule;
            }
        }

        return null;
    }

    /// <summary>What an answer with an error status means by the rules; null when none applies.</summary>
    public static PageResult? OfError(SourceDefinition source, HttpResponseMessage response, string what, ReadOnlyMemory<byte> body, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var fields = ErrorFields.Of(source.Reading, body, clock, cancellationToken);
        Func<ErrorRule, string?>? textAt = fields.AreRead ? rule => fields.TextOf(rule.BodyField) : null;
        return source.Reading.Errors.Rules.FirstOrDefault(rule => rule.IsOf((int)response.StatusCode) && rule.Applies(response, textAt)) is not { } rule ? null
            : rule.Action is ErrorAction.Retry or ErrorAction.Empty && ResponseMeaning.SaysThrottle((int)response.StatusCode, body.Span) ? ResponseMeaning.ThrottleOf(source, response, clock.GetUtcNow())
            : Of(rule, source, response, what, fields.TextOf(rule.WaitField), rule.From is null ? null : fields.TextOf(rule.From.BodyField), clock.GetUtcNow());
    }

    /// <summary>What an answer with a good status means that is empty or no page, by its status and headers; null when no rule says anything of it.</summary>
    public static PageResult? OfNoPage(AskedPage asked, HttpResponseMessage response) =>
        RuleOf(asked.Source.Reading.Errors, response, page: null) is { Action: not ErrorAction.Ignore } rule ? OfPage(rule, asked, response, page: null) : null;

    /// <summary>What a page means to which a rule applies.</summary>
    public static PageResult OfPage(ErrorRule rule, AskedPage asked, HttpResponseMessage response, PageView? page) =>
        rule.Action is ErrorAction.Retry or ErrorAction.Empty && page?.Cut.Offered == 0 && ThrottleWords.AreInEmpty(page.Body.Span) ? ResponseMeaning.ThrottleOf(asked.Source, response, asked.At) : OfRule(rule, asked, response, page);

    private static PageResult OfRule(ErrorRule rule, AskedPage asked, HttpResponseMessage response, PageView? page) => Of(
        rule,
        asked.Source,
        response,
        $"the vendor's answer says that it is an error ({rule})",
        rule.WaitPageField < 0 ? null : page?.FieldText(rule.WaitPageField),
        rule.FromPageField < 0 ? null : page?.FieldText(rule.FromPageField),
        asked.At);

    private static PageResult Of(ErrorRule rule, SourceDefinition source, HttpResponseMessage response, string what, string? waitText, string? fromText, DateTimeOffset now)
    {
        var wait = WaitOf(waitText);
        var from = rule.From?.In(fromText, response, now);
        var status = (int)response.StatusCode;
        return rule.Action switch
        {
            ErrorAction.Throttle => new PageResult.Throttled(status, wait ?? ResponseMeaning.WaitOf(source.Throttling, response, now)),
            ErrorAction.Refuse => new PageResult.Refused(status, $"{what}. The vendor will refuse again: check the credential, its rights and the row; the checkpoint is unchanged."),
            ErrorAction.Rest => new PageResult.Refused(status, $"{what}. It is asked again in {PageResult.LongestRest.TotalHours:0} hours, or when the row is edited; the checkpoint is unchanged.")
            {
                RestFor = PageResult.LongestRest,
            },
            ErrorAction.Empty => new PageResult.Page(new PageContent(new PooledBytes(), new CutPage()) { IsOfError = true }, new PageEnd(null, IsLast: true)),
            ErrorAction.Restart when from is { } kept => new PageResult.Refused(status, $"{what}: the vendor has events from {Instants.Iso(kept)} on only", IsOfCursor: true) { KeptFromAt = kept },
            ErrorAction.Restart => new PageResult.Refused(status, $"{what}: the position that was kept is not known any more", IsOfCursor: true),
            ErrorAction.Skip => new PageResult.Refused(status, what) { IsSkipped = true },
            ErrorAction.Gone => new PageResult.Refused(status, what) { IsGone = true },
            _ => new PageResult.Failed(status, what),
        };
    }

    /// <summary>How long to wait, as the text at a rule's <c>wait</c> says; null when it is no number of seconds.</summary>
    public static TimeSpan? WaitOf(string? text) => text is not null && RetryAfter.TryNumber(text, out var seconds) && seconds >= 0
        ? RetryAfter.Bounded(TimeSpan.FromSeconds(Math.Min(seconds, 86_400)))
        : null;
}
