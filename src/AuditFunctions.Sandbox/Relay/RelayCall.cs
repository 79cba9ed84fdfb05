namespace AuditFunctions.Sandbox;

/// <summary>One HTTP call through a relay.</summary>
/// <param name="Number">From the relay's <see cref="RelayCounter"/>: 1 for the first.</param>
/// <param name="Target">Name of the relay, for example <c>blob</c>.</param>
/// <param name="Method">For example <c>PUT</c>.</param>
/// <param name="PathAndQuery">As received, nothing decoded. A query may hold a signature: show <see cref="ToString"/> instead.</param>
public sealed record RelayCall(long Number, string Target, string Method, string PathAndQuery)
{
    /// <summary>Number, target, method and path, without the query.</summary>
    public override string ToString() => $"#{Number} {Target} {Method} {PathAndQuery.Split('?')[0]}";
}
