namespace AuditFunctions.Sandbox;

/// <summary>Decides about every call of a relay, twice. Called concurrently; an exception breaks the connection.</summary>
/// <remarks>May be replaced while the relay runs: a call uses the hooks that stand when it reaches them.</remarks>
public sealed class RelayHooks
{
    /// <summary>Before the call goes on: with any verdict but <see cref="RelayVerdict.Pass"/> the server never sees it.</summary>
    public Func<RelayCall, CancellationToken, ValueTask<RelayVerdict>>? Before { get; set; }

    /// <summary>After the server has answered with a status, before the client sees any of it.</summary>
    public Func<RelayCall, int, CancellationToken, ValueTask<RelayVerdict>>? After { get; set; }
}
