using AuditFunctions.Events;
using AuditFunctions.Sources.Auth;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Sources;

/// <summary>What an answer to a step means by the step's error rules.</summary>
internal static class StepErrors
{
    /// <summary>The refusal as a rule says it; null when none applies, or one says that it is an answer like any other.</summary>
    /// <param name="step">The step.</param>
    /// <param name="source">Its source, for how the vendor says when to come back.</param>
    /// <param name="response">The answer.</param>
    /// <param name="body">Its body.</param>
    /// <param name="now">When it came.</param>
    /// <param name="refused">Makes the refusal of a status, with how long to wait.</param>
    public static AuthRefusal? Of(
        StepDefinition step, SourceDefinition source, HttpResponseMessage response, ReadOnlySpan<byte> body, DateTimeOffset now, Func<int, TimeSpan?, AuthRefusal> refused)
    {
        if (step.Errors.Rules.Count == 0)
        {
            return null;
        }

        var status = (int)response.StatusCode;
        using var cut = new CutPage();
        var isReadable = PageCutter.Cut(body, step.Errors.Plan, cut) is null;
        foreach (var rule in step.Errors.Rules.Where(rule => rule.IsOf(status)))
        {
            var text = isReadable && rule.ReadsBody ? ScalarField.TextOf(body, cut, rule.BodyField) : null;
            if (!rule.Applies(response, isReadable ? _ => text : null))
            {
                continue;
            }

            var wait = rule.WaitField >= 0 && isReadable ? ErrorMeaning.WaitOf(ScalarField.TextOf(body, cut, rule.WaitField)) : null;
            return KindOf(rule.Action) is { } kind ? refused(status, wait ?? ResponseMeaning.WaitOf(source.Throttling, response, now)) with { Kind = kind } : null;
        }

        return null;
    }

    private static RefusalKind? KindOf(ErrorAction action) => action switch
    {
        ErrorAction.Ignore => null,
        ErrorAction.Throttle => RefusalKind.Throttle,
        ErrorAction.Refuse => RefusalKind.Lasting,
        ErrorAction.Rest => RefusalKind.Rest,
        _ => RefusalKind.Failure,
    };
}
