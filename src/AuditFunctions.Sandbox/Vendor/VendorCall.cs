namespace AuditFunctions.Sandbox;

/// <summary>A request that a <see cref="SandboxVendor"/> met.</summary>
/// <param name="Number">Counted from 1.</param>
/// <param name="Method">HTTP method.</param>
/// <param name="PathAndQuery">Path and query as they were sent.</param>
/// <param name="Authorization">The Authorization header, or the empty string. The sandbox has no secrets to keep.</param>
public sealed record VendorCall(int Number, string Method, string PathAndQuery, string Authorization);
