using AuditFunctions.Configuration;
using AuditFunctions.Events;
using AuditFunctions.Http;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Paging;

namespace AuditFunctions.Sources;

/// <summary>What an answer means to which one of the source's error rules applies.</summary>
internal static class ErrorMeaning
{
    private const int RestHours = 6;

    /// <summary>Whether any rule may apply to an answer with an error status, so that its body must be read.</summary>
    public static bool MayBeOf(SourceDefinition source, int status) => source.Reading.Errors.Rules.Any(rule => rule.IsOf(status));

    /// <summary>The rule that applies to a page; null when none does.</summary>
    public static ErrorRule? RuleOf(ErrorRules errors, int status, PageView page) =>
        errors.Rules.FirstOrDefault(rule => rule.IsOf(status) && (rule.PageField < 0 || rule.Matches(page.FieldText(rule.PageField))));

    /// <summary>What an answer with an error status means by the rules; null when none applies.</summary>
    public static PageResult? OfError(SourceDefinition source, HttpResponseMessage response, string what, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        var status = (int)response.StatusCode;
        using var cut = new CutPage();
        var isReadable = PageCutter.Cut(body, source.Reading.Errors.Plan, cut) is null;
        foreach (var rule in source.Reading.Errors.Rules.Where(rule => rule.IsOf(status)))
        {
            if (rule.Path is null || (isReadable && rule.Matches(TextOf(body, cut, rule.BodyField))))
            {
                return Of(rule, source, response, what, isReadable ? WaitOf(rule, body, cut) : null, KeptFrom(rule, response, isReadable ? body : [], cut, now), now);
            }
        }

        return null;
    }

    /// <summary>What a page means to which a rule applies.</summary>
    public static PageResult OfPage(ErrorRule rule, SourceDefinition source, HttpResponseMessage response, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        using var cut = new CutPage();
        var isReadable = (rule.WaitField >= 0 || rule.From is not null) && PageCutter.Cut(body, source.Reading.Errors.Plan, cut) is null;
        var wait = isReadable ? WaitOf(rule, body, cut) : null;
        return Of(rule, source, response, $"the vendor's answer says that it is an error ({rule})", wait, KeptFrom(rule, response, isReadable ? body : [], cut, now), now);
    }

    private static PageResult Of(ErrorRule rule, SourceDefinition source, HttpResponseMessage response, string what, TimeSpan? wait, DateTimeOffset? from, DateTimeOffset now)
    {
        var status = (int)response.StatusCode;
        return rule.Action switch
        {
            ErrorAction.Throttle => new PageResult.Throttled(status, wait ?? ResponseMeaning.WaitOf(source.Throttling, response, now)),
            ErrorAction.Refuse => new PageResult.Refused(status, $"{what}. The vendor will refuse again: check the credential, its rights and the row; the checkpoint is unchanged."),
            ErrorAction.Rest => new PageResult.Refused(status, $"{what}. It is asked again in {RestHours} hours, or when the row is edited; the checkpoint is unchanged.")
            {
                RestFor = TimeSpan.FromHours(RestHours),
            },
            ErrorAction.Empty => new PageResult.Page(new PageContent(new PooledBytes(), new CutPage()) { IsOfError = true }, new PageEnd(null, IsLast: true)),
            ErrorAction.Restart when from is { } kept => new PageResult.Refused(status, $"{what}: the vendor has events from {Instants.Iso(kept)} on only", IsOfCursor: true) { KeptFromAt = kept },
            ErrorAction.Restart => new PageResult.Refused(status, $"{what}: the position that was kept is not known any more", IsOfCursor: true),
            ErrorAction.Gone => new PageResult.Refused(status, what) { IsGone = true },
            _ => new PageResult.Failed(status, what),
        };
    }

    private static TimeSpan? WaitOf(ErrorRule rule, ReadOnlySpan<byte> body, CutPage cut) =>
        rule.WaitField >= 0 && TextOf(body, cut, rule.WaitField) is { } text && RetryAfter.TryNumber(text, out var seconds) && seconds >= 0
            ? RetryAfter.Bounded(TimeSpan.FromSeconds(Math.Min(seconds, 86_400)))
            : null;

    private static DateTimeOffset? KeptFrom(ErrorRule rule, HttpResponseMessage response, ReadOnlySpan<byte> body, CutPage cut, DateTimeOffset now) =>
        rule.From is { } from ? from.In(from.BodyField < 0 || body.IsEmpty ? null : TextOf(body, cut, from.BodyField), response, now) : null;

    private static string? TextOf(ReadOnlySpan<byte> body, CutPage cut, int field)
    {
        var slice = cut.PageField(field);
        return slice.Kind is JsonKind.Missing or JsonKind.Null || slice.Length == 0 ? null : JsonText.Unescape(body, slice);
    }
}
