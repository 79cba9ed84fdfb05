namespace AuditFunctions.Sandbox;

/// <summary>Which requests meet which <see cref="Fault"/>: the first rule that applies. May be changed while the server runs.</summary>
/// <remarks>Chance is a pure function of the seed and the request's number, so a run can be repeated.</remarks>
public sealed class FaultPlan(ulong seed = 1)
{
    private readonly Lock _gate = new();
    private readonly List<Rule> _rules = [];
    private readonly Dictionary<Fault, string> _refused = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, int> _takenByKind = new(StringComparer.Ordinal);
    private int _taken;

    /// <summary>Requests that met a fault so far.</summary>
    public int Taken => Volatile.Read(ref _taken);

    /// <summary>The same by kind of fault; a status by its code.</summary>
    public IReadOnlyDictionary<string, int> TakenByKind
    {
        get
        {
            lock (_gate)
            {
                return new Dictionary<string, int>(_takenByKind, StringComparer.Ordinal);
            }
        }
    }

    /// <summary>The next <paramref name="count"/> requests.</summary>
    public FaultPlan Next(int count, Fault fault) => Add(new Rule(fault) { Left = count });

    /// <summary>Every n-th request, counted from the server's start.</summary>
    public FaultPlan Every(int n, Fault fault) => Add(new Rule(fault) { Applies = (number, _) => number % n == 0 });

    /// <summary>The request with this number, counted from 1 at the server's start.</summary>
    public FaultPlan At(int requestNumber, Fault fault) => Add(new Rule(fault) { Applies = (number, _) => number == requestNumber });

    /// <summary>A seeded share of all requests, 0 to 1.</summary>
    public FaultPlan Share(double share, Fault fault)
    {
        var rule = (ulong)_rules.Count;
        return Add(new Rule(fault) { Applies = (number, _) => Chance.Share(Chance.Mix(seed + rule, (ulong)number)) < share });
    }

    /// <summary>Requests whose path and query satisfy a condition, the next <paramref name="count"/> of them.</summary>
    public FaultPlan When(Func<string, bool> pathAndQuery, Fault fault, int count = int.MaxValue) =>
        Add(new Rule(fault) { Applies = (_, path) => pathAndQuery(path), Left = count });

    /// <summary>One entry for each of the next requests; null lets the request pass.</summary>
    public FaultPlan Script(params Fault?[] faults)
    {
        foreach (var fault in faults)
        {
            Add(new Rule(fault) { Left = 1 });
        }

        return this;
    }

    /// <summary>Forgets every rule: the server behaves from here on.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _rules.Clear();
            _refused.Clear();
        }
    }

    /// <summary>The fault of a request, or null.</summary>
    internal Fault? Take(int requestNumber, string pathAndQuery, string credential)
    {
        lock (_gate)
        {
            foreach (var rule in _rules)
            {
                if (rule.Left == 0 || !rule.Applies(requestNumber, pathAndQuery) || Passes(rule.Fault, credential))
                {
                    continue;
                }

                rule.Left -= rule.Left == int.MaxValue ? 0 : 1;
                Count(rule.Fault);
                return rule.Fault;
            }

            return null;
        }
    }

    private void Count(Fault? fault)
    {
        if (fault is null)
        {
            return;
        }

        _taken++;
        var kind = fault switch
        {
            Fault.Status status => $"Status {status.Code}",
            Fault.Throttled throttled => $"Throttled {throttled.Code}",
            _ => fault.GetType().Name,
        };
        _takenByKind[kind] = _takenByKind.GetValueOrDefault(kind) + 1;
    }

    private bool Passes(Fault? fault, string credential)
    {
        if (fault is not Fault.RefusedCredential)
        {
            return false;
        }

        _refused.TryAdd(fault, credential);
        return _refused[fault] != credential;
    }

    private FaultPlan Add(Rule rule)
    {
        lock (_gate)
        {
            _rules.Add(rule);
        }

        return this;
    }

    private sealed class Rule(Fault? fault)
    {
        public Fault? Fault => fault;

        public int Left { get; set; } = int.MaxValue;

        public Func<int, string, bool> Applies { get; init; } = (_, _) => true;
    }
}
