using System.Reflection;

namespace AuditFunctions.Tests.Architecture
{
    /// <summary>No two namespaces of an assembly use each other, by whatever way round.</summary>
    public sealed class NamespaceCycleTests
    {
        private static readonly string[] Names =
        [
            .. Directory.EnumerateFiles(AppContext.BaseDirectory, "AuditFunctions*.dll")
                .Append("auditfn.dll")
                .Select(file => Path.GetFileNameWithoutExtension(file))
                .Where(name => !name.EndsWith("Tests", StringComparison.Ordinal) && !name.EndsWith(".TestSupport", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
        ];

        public static TheoryData<string> Assemblies() => [.. Names];

        [Fact]
        public void The_assemblies_of_the_product_are_looked_at()
        {
            string[] product =
            [
                "AuditFunctions.Configuration", "AuditFunctions.Destinations", "AuditFunctions.Events",
                "AuditFunctions.Pipeline", "AuditFunctions.Sources",
            ];
            Assert.Equal(product, product.Intersect(Names));
        }

        [Theory]
        [MemberData(nameof(Assemblies))]
        public void Namespaces_of_an_assembly_form_no_cycle(string assembly)
        {
            var graph = new NamespaceGraph(Assembly.Load(assembly));
            string[] found =
            [
                .. graph.Clusters()
                    .SelectMany(cluster => cluster.Select(from => $"{from} uses {string.Join(", ", graph.Uses[from].Intersect(cluster))}")),
            ];
            Assert.True(found.Length == 0, $"A cycle in {assembly}:\n{string.Join('\n', found)}");
        }

        [Fact]
        public void Two_namespaces_that_use_each_other_are_found()
        {
            var graph = new NamespaceGraph(typeof(NamespaceCycleTests).Assembly);
            Assert.Contains("AuditFunctions.Tests.Architecture.Two", graph.Uses["AuditFunctions.Tests.Architecture.One"]);
            Assert.Contains("AuditFunctions.Tests.Architecture.One", graph.Uses["AuditFunctions.Tests.Architecture.Two"]);
            Assert.Contains(graph.Clusters(), cluster => cluster.Contains("AuditFunctions.Tests.Architecture.One"));
        }
    }
}

#pragma warning disable MA0048, IDE0161, CA1812 // a cycle needs two namespaces
namespace AuditFunctions.Tests.Architecture.One
{
    internal sealed class First
    {
        public override string ToString() => Two.Second.Name();
    }
}

namespace AuditFunctions.Tests.Architecture.Two
{
    internal static class Second
    {
        public static string Name() => string.Join(' ', new List<One.First>());
    }
}
