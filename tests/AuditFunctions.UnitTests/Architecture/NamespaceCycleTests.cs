using System.Reflection;

namespace AuditFunctions.Tests.Architecture
{
    /// <summary>No two namespaces of an assembly use each other, by whatever way round.</summary>
    public sealed class NamespaceCycleTests
    {
        // What remains to be opened, by assembly: the list only shrinks.
        private static readonly Dictionary<string, string[][]> Known = new()
        {
            ["AuditFunctions.Chaos"] =
            [
                [
                    "AuditFunctions.Chaos",
                    "AuditFunctions.Chaos.Account",
                    "AuditFunctions.Chaos.Children",
                    "AuditFunctions.Chaos.Stage",
                    "AuditFunctions.Chaos.Storage",
                ],
            ],
        };

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
        public void Namespaces_of_an_assembly_form_no_cycle_but_the_known_ones(string assembly)
        {
            var graph = new NamespaceGraph(Assembly.Load(assembly));
            var known = Known.GetValueOrDefault(assembly) ?? [];
            string[] found =
            [
                .. graph.Clusters()
                    .Where(cluster => !known.Any(one => cluster.All(one.Contains)))
                    .SelectMany(cluster => cluster.Select(from => $"{from} uses {string.Join(", ", graph.Uses[from].Intersect(cluster))}")),
            ];
            Assert.True(found.Length == 0, $"A new cycle in {assembly}:\n{string.Join('\n', found)}");
        }

        [Fact]
        public void A_known_cycle_that_is_opened_leaves_the_list()
        {
            foreach (var (assembly, known) in Known)
            {
                var left = new NamespaceGraph(Assembly.Load(assembly)).Clusters().SelectMany(cluster => cluster).ToHashSet();
                string[] opened = [.. known.SelectMany(cluster => cluster).Where(name => !left.Contains(name))];
                Assert.True(opened.Length == 0, $"No longer in a cycle of {assembly}, so take it from the list: {string.Join(", ", opened)}");
            }
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
