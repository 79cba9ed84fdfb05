using System.Reflection;

namespace AuditFunctions.Published;

/// <summary>The product as it was published with this build, for tests that start it as a process.</summary>
public static class PublishedProducts
{
    /// <summary>The function app's folder.</summary>
    public static string FunctionApp { get; } = Of("FunctionAppDirectory");

    /// <summary><c>auditfn.dll</c>, compiled ahead of time.</summary>
    public static string Auditfn { get; } = Path.Combine(Of("AuditfnDirectory"), "auditfn.dll");

    private static string Of(string key) => typeof(PublishedProducts).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == key).Value!;
}
