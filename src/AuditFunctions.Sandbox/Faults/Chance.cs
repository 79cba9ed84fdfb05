namespace AuditFunctions.Sandbox;

/// <summary>Chance as a pure function: the same seed and number give the same bits, in any order and on any thread.</summary>
internal static class Chance
{
    /// <summary>64 well mixed bits (the finaliser of SplitMix64).</summary>
    public static ulong Mix(ulong seed, ulong number)
    {
        var z = (seed * 0xD1342543DE82EF95) + ((number + 1) * 0x9E3779B97F4A7C15);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>The bits as a share of 1, below 1.</summary>
    public static double Share(ulong bits) => (bits >> 11) * (1.0 / (1UL << 53));
}
