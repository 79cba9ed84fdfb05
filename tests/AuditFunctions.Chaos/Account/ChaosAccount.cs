using System.Globalization;

namespace AuditFunctions.Chaos.Account;

/// <summary>What came of a run.</summary>
public sealed class ChaosAccount
{
    private readonly List<string> _failures = [];
    private readonly List<(string Name, string Value)> _lines = [];

    /// <summary>Why the run is no proof; nothing when it is one.</summary>
    public IReadOnlyList<string> Failures => _failures;

    /// <summary>The value of a line of the account.</summary>
    public string this[string name] => _lines.First(line => line.Name == name).Value;

    internal void Add(string name, long value) => Add(name, value.ToString("N0", CultureInfo.InvariantCulture));

    internal void Add(string name, string value) => _lines.Add((name, value));

    internal void Fail(string reason) => _failures.Add(reason);

    internal void FailUnless(bool condition, string reason)
    {
        if (!condition)
        {
            Fail(reason);
        }
    }

    /// <summary>The whole account as text.</summary>
    public override string ToString() => string.Join(
        Environment.NewLine,
        [
            .. _lines.Select(line => $"{line.Name,-34}{line.Value}"),
            .. _failures.Take(50).Select(failure => "FAILED: " + failure),
            .. _failures.Count > 50 ? [$"FAILED: and {_failures.Count - 50} more"] : Array.Empty<string>(),
            _failures.Count == 0 ? "PASSED" : $"{_failures.Count} FAILURES",
        ]);
}
