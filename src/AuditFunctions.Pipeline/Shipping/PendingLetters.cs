using AuditFunctions.Destinations;
using AuditFunctions.Pipeline.Messages;

namespace AuditFunctions.Pipeline.Shipping;

/// <summary>
/// The events of one batch that are given up and not yet kept. Those that a destination names need no proof. Others are kept only once it has shown that it takes
/// events at all: what rejects everything alike is broken, and not the events.
/// </summary>
internal sealed class PendingLetters(DeadLettering letters, ShipMessage message, FramedBody body)
{
    private const int MostReasons = 3;
    private readonly List<(RejectedEvent Event, SendResult.Rejected Answer)> _pending = [];
    private readonly List<string> _reasons = [];

    /// <summary>Events that are given up and not kept.</summary>
    public int Pending => _pending.Count;

    /// <summary>Whether some of them may be kept only once the destination has taken others.</summary>
    public bool NeedsProof { get; private set; }

    /// <summary>Events that were kept.</summary>
    public int Written { get; private set; }

    /// <summary>Why, in short.</summary>
    public string Reasons => string.Join("; ", _reasons);

    /// <summary>What to say as long as there is no proof.</summary>
    public string Doubt => DoubtOf(_pending is [.., var last] ? last.Event.Reason : "no reason is given");

    /// <summary>What to say as long as there is no proof.</summary>
    public static string DoubtOf(string reason) =>
        $"{reason.TrimEnd('.')}. It took no other event meanwhile, so nothing is given up: it may be the destination that is wrong and not the events. They are sent again, and given up when it takes others but not them.";

    /// <summary>Adds what a step gives up.</summary>
    public void Add(SplitStep step, SendResult.Rejected? rejected)
    {
        if (rejected is null || step.GivenUp.Length == 0)
        {
            return;
        }

        // Were a body sent again of which the answer says that the rest was taken, that rest would come twice.
        NeedsProof |= !rejected.ShowsTaken && (step.IsGuess || rejected.Guilty.Count == 0 || (step.After.Delivered == 0 && step.GivenUp.Length > SplitProgress.MostAlike));
        _pending.AddRange(step.GivenUp.Select(one => (one, rejected)));
    }

    /// <summary>Keeps them: a dead letter for each answer and reason.</summary>
    /// <returns>false when the batch is a dead letter that was sent again otherwise since.</returns>
    public async Task<bool> WriteAsync()
    {
        foreach (var group in _pending.GroupBy(one => (one.Answer, one.Event.Reason)))
        {
            int[] numbers = [.. group.Select(one => one.Event.Number).Order()];
            if (!await letters.KeepAsync(message, body, numbers, group.Key.Answer with { Reason = group.Key.Reason }, CancellationToken.None))
            {
                return false;
            }

            Written += numbers.Length;
            if (_reasons.Count < MostReasons && !_reasons.Contains(group.Key.Reason))
            {
                _reasons.Add(group.Key.Reason);
            }
        }

        _pending.Clear();
        NeedsProof = false;
        return true;
    }
}
