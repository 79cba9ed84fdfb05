using System.Reflection;
using System.Runtime.CompilerServices;

namespace AuditFunctions.Tests.Architecture;

/// <summary>A module initializer runs at every start, also where nothing of its assembly's work is wanted, and loads what it names.</summary>
public sealed class ModuleInitializerTests
{
    [Fact]
    public void No_assembly_of_the_product_has_one()
    {
        string[] names =
        [
            .. Directory.EnumerateFiles(AppContext.BaseDirectory, "AuditFunctions*.dll")
                .Select(file => Path.GetFileNameWithoutExtension(file))
                .Where(name => !name.EndsWith("Tests", StringComparison.Ordinal) && !name.EndsWith(".TestSupport", StringComparison.Ordinal)),
        ];
        Assert.Contains("AuditFunctions.Sources", names);
        Assert.Empty(names.SelectMany(name => Assembly.Load(name).GetTypes()).SelectMany(Initializers));
    }

    private static IEnumerable<string> Initializers(Type type) =>
        type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
            .Where(method => method.IsDefined(typeof(ModuleInitializerAttribute)))
            .Select(method => $"{type.Assembly.GetName().Name}: {type.FullName}.{method.Name}");
}
