namespace AuditFunctions.Sandbox;

/// <summary>The catalog of the vendor's endpoints.</summary>
internal static class VendorEndpoints
{
    /// <summary>Creates all of them.</summary>
    public static IReadOnlyList<IVendorEndpoint> Create(SandboxVendorOptions options) =>
    [
        new OktaEndpoint(options),
        new GitHubEndpoint(options),
        new SalesforceTokenEndpoint(),
        new SalesforceEndpoint(options),
        new GenericEndpoint(options),
    ];
}
