using System.Globalization;

namespace AuditFunctions.Destinations.Syslog;

/// <summary>What a receiver of RELP has answered to the messages of a body.</summary>
/// <param name="count">How many messages there are.</param>
internal sealed class RelpAnswers(int count)
{
    private readonly bool[] _isAnswered = new bool[count];
    private readonly List<RejectedEvent> _refused = [];
    private int _taken;

    /// <summary>Whether it has taken any.</summary>
    public bool HasTaken => _taken > 0;

    /// <summary>Notes an answer.</summary>
    /// <param name="message">The message's number.</param>
    /// <param name="reason">Why it was not taken; null when it was.</param>
    public void Add(int message, string? reason)
    {
        _isAnswered[message] = true;
        if (reason is null)
        {
            _taken++;
        }
        else
        {
            _refused.Add(new RejectedEvent(message, $"RELP: {reason}"));
        }
    }

    /// <summary>The result when each one was answered. Who refuses everything alike has a fault of its own: then no event is to blame.</summary>
    public SendResult Result() => _refused.Count == 0 ? SendResult.Accepted.Instance
        : _refused.Count == count ? new SendResult.Rejected(0, _refused[0].Reason)
        : new SendResult.Rejected(0, _refused[0].Reason) { Guilty = Guilty, Others = OtherEvents.Taken };

    /// <summary>The result when the answers took too long: what was not answered is sent again, and nothing else.</summary>
    public SendResult NotInTime(string why)
    {
        int[] later = [.. Enumerable.Range(0, count).Where(number => !_isAnswered[number])];
        var reason = string.Create(CultureInfo.InvariantCulture, $"{why}; {_taken} of {count} messages were acknowledged before, and are not sent again");
        return new SendResult.Rejected(0, reason) { Guilty = Guilty, Later = later, Others = OtherEvents.Taken };
    }

    private RejectedEvent[] Guilty => [.. _refused.OrderBy(one => one.Number)];
}
