using System.Text.RegularExpressions;
using AuditFunctions.Sources.Settings;

namespace AuditFunctions.Sources.Processors.Texts;

/// <summary>How long the expressions of an action may take for one event. Each match has a limit of its own; a long text may have thousands of slow ones.</summary>
/// <param name="clock">Measures it.</param>
internal sealed class ExpressionTime(TimeProvider clock)
{
    private readonly long _startedAt = clock.GetTimestamp();

    /// <summary>To be called for each match.</summary>
    /// <exception cref="RegexMatchTimeoutException">It took too long.</exception>
    public void Check()
    {
        if (clock.GetElapsedTime(_startedAt) > RegexSetting.MostTime)
        {
            throw new RegexMatchTimeoutException();
        }
    }
}
