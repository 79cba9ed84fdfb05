namespace AuditFunctions.Sandbox;

/// <summary>What happens to a call. A delay needs no verdict: the hook takes its time.</summary>
public abstract record RelayVerdict
{
    private RelayVerdict()
    {
    }

    /// <summary>Goes on: to the server, or with the server's answer to the client.</summary>
    public static RelayVerdict Passed { get; } = new Pass();

    /// <inheritdoc cref="Passed"/>
    public sealed record Pass : RelayVerdict;

    /// <summary>The client gets this answer, in place of the server's where there is one.</summary>
    /// <param name="Status">For example 503.</param>
    /// <param name="Body">The whole body; its length is sent along.</param>
    /// <param name="Headers">Header lines.</param>
    public sealed record Respond(int Status, ReadOnlyMemory<byte> Body, params KeyValuePair<string, string>[] Headers) : RelayVerdict;

    /// <summary>Breaks the connection to the client.</summary>
    public sealed record Reset : RelayVerdict;

    /// <summary>Never answers: the client has to give up.</summary>
    public sealed record Swallow : RelayVerdict;
}
