using AuditFunctions.Events;
using AuditFunctions.Sources.Answers;

namespace AuditFunctions.Sources;

/// <summary>Whether a good answer without events speaks of an error, or of too many requests, instead of being a page that has none.</summary>
internal static class EmptyAnswer
{
    /// <summary>What it means; null when it says nothing of the kind.</summary>
    /// <param name="asked">What was asked for.</param>
    /// <param name="response">The answer.</param>
    /// <param name="page">Its body, or the page that was made of it.</param>
    /// <param name="cut">What was found in it.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    public static PageResult? MeaningOf(AskedPage asked, HttpResponseMessage response, ReadOnlySpan<byte> page, CutPage cut, CancellationToken cancellationToken)
    {
        var source = asked.Source;
        if (cut.Offered > 0 || TellsOfFailedJob(asked, page, cut))
        {
            return null;
        }

        var status = (int)response.StatusCode;
        return ThrottleWords.AreInEmpty(page) ? ResponseMeaning.ThrottleOf(source, response, asked.At)
            : SaidError.Of(page, source.Reading.Shape, isOfItem: asked.Query.Item.Count > 0, cancellationToken) is { } said ? new PageResult.Failed(status, PageMeaning.OfSaidError(said))
            : null;
    }

    private static bool TellsOfFailedJob(AskedPage asked, ReadOnlySpan<byte> page, CutPage cut) =>
        asked.Source.Reading.FailedStates.Count > 0 && ScalarField.TextOf(page, cut, 0) is { } state && asked.Source.Reading.FailedStates.Contains(state);
}
