using System.Reflection;

namespace AuditFunctions.Published;

/// <summary>The product as it was last published, for tests that start it as a process. <c>dotnet test</c> publishes it first, when its sources have changed.</summary>
public static class PublishedProducts
{
    /// <summary>The function app's folder.</summary>
    public static string FunctionApp { get; } = Of("FunctionAppDirectory");

    /// <summary><c>auditfn.dll</c>, compiled ahead of time.</summary>
    public static string Auditfn { get; } = Path.Combine(Of("AuditfnDirectory"), "auditfn.dll");

    private static string Of(string key)
    {
        var folder = typeof(PublishedProducts).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == key).Value!;
        return Directory.Exists(folder)
            ? folder
            : throw new InvalidOperationException($"{folder} is missing: run the tests with 'dotnet test', or make it with 'dotnet build tests/AuditFunctions.Published -t:PublishForTests'.");
    }
}
