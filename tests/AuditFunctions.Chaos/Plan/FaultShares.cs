using AuditFunctions.Sandbox;

namespace AuditFunctions.Chaos.Plan;

/// <summary>Faults by chance, each of which is met at least once however the dice fall. The first rule that applies counts: what must be met stands before everything else.</summary>
internal static class FaultShares
{
    private const int First = 3;
    private const int Apart = 4;

    /// <summary>Each fault meets one early request of its own; of servers that are asked seldom, with as many turns as there are faults, each is met by the third request.</summary>
    public static FaultPlan Once(this FaultPlan plan, IReadOnlyList<(double Share, Fault Fault)> shares, int turn)
    {
        for (var at = 0; at < shares.Count; at++)
        {
            plan.At(First + (at * Apart), shares[(at + turn) % shares.Count].Fault);
        }

        return plan;
    }

    /// <summary>Each fault meets its share of the requests.</summary>
    public static FaultPlan Shares(this FaultPlan plan, IReadOnlyList<(double Share, Fault Fault)> shares)
    {
        foreach (var (share, fault) in shares)
        {
            plan.Share(share, fault);
        }

        return plan;
    }
}
