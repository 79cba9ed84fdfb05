using System.Reflection;

namespace AuditFunctions.Tests.Support;

/// <summary>The product's own assemblies: what the function app and <c>auditfn</c> are made of, without the Sandbox.</summary>
internal static class Product
{
    private const string Name = "AuditFunctions";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Assembly> Assemblies { get; } = Reach(typeof(Schedule).Assembly, Assembly.Load("auditfn"));

    /// <summary>Those of the function app.</summary>
    public static IReadOnlyList<Assembly> FunctionApp { get; } = Reach(typeof(Schedule).Assembly);

    private static IReadOnlyList<Assembly> Reach(params Assembly[] roots)
    {
        var found = new Dictionary<string, Assembly>(StringComparer.Ordinal);
        var open = new Queue<Assembly>(roots);
        while (open.TryDequeue(out var assembly))
        {
            if (found.TryAdd(assembly.GetName().Name!, assembly))
            {
                foreach (var reference in assembly.GetReferencedAssemblies().Where(IsOurs))
                {
                    open.Enqueue(Assembly.Load(reference));
                }
            }
        }

        return [.. found.Values];
    }

    private static bool IsOurs(AssemblyName name) =>
        (name.Name == Name || name.Name!.StartsWith(Name + ".", StringComparison.Ordinal)) && name.Name != Name + ".Sandbox";
}
