using AuditFunctions.Sandbox;

namespace AuditFunctions.Chaos.Stage;

/// <summary>Faults by chance, each of which is met at least once however the dice fall.</summary>
internal static class FaultShares
{
    private const int First = 5;
    private const int Apart = 4;

    /// <summary>Each fault meets its share of the requests, and one early request of its own.</summary>
    public static FaultPlan Shares(this FaultPlan plan, params (double Share, Fault Fault)[] shares)
    {
        for (var at = 0; at < shares.Length; at++)
        {
            plan.At(First + (at * Apart), shares[at].Fault);
        }

        foreach (var (share, fault) in shares)
        {
            plan.Share(share, fault);
        }

        return plan;
    }
}
