using System.Reflection;
using AuditFunctions.Events;

namespace AuditFunctions.Tests.Architecture;

/// <summary>A type is public only where another project needs it: what is internal can be changed without looking elsewhere.</summary>
public sealed class PublicTypeTests
{
    // Function classes and their options are found by the Functions worker.
    private const string FunctionApp = "AuditFunctions";

    // The sandbox serves tests and demo, each of its stand-ins.
    private static readonly string[] Projects = [.. SourceTree.References.Keys.Except(["AuditFunctions.Sandbox", FunctionApp]).Order(StringComparer.Ordinal)];

    // By project, the types that its compiled code names.
    private static readonly Dictionary<string, HashSet<UsedType>> Called = SourceTree.References.Keys.ToDictionary(
        project => project,
        project => BuiltType.Of(SourceTree.AssemblyOf(project)).SelectMany(type => type.Uses).ToHashSet(),
        StringComparer.Ordinal);

    public static TheoryData<string> Looked() => [.. Projects];

    [Theory]
    [MemberData(nameof(Looked))]
    public void A_type_is_public_only_where_another_project_needs_it(string project)
    {
        var assembly = Assembly.Load(SourceTree.AssemblyOf(project));
        Type[] types = [.. assembly.GetTypes().Where(type => type is { IsPublic: true, Namespace: not null })];
        var needed = Needed(project, types);
        string[] others = [.. types.Where(type => !needed.Contains(type)).Select(type => type.FullName!).Order(StringComparer.Ordinal)];
        Assert.True(others.Length == 0, $"These can be internal:\n{string.Join('\n', others)}");
    }

    [Fact]
    public void What_no_other_project_uses_is_found() =>
        Assert.Equal([typeof(PooledBytes)], Needed("AuditFunctions.Events", [typeof(PooledBytes), typeof(PageScanner)]));

    private static HashSet<Type> Needed(string project, IReadOnlyCollection<Type> types)
    {
        var others = SourceTree.References.Keys.Where(other => other != project).ToList();
        var named = others.SelectMany(other => SourceTree.Words[other]).ToHashSet(StringComparer.Ordinal);
        var called = others.SelectMany(other => Called[other]).ToHashSet();
        var name = SourceTree.AssemblyOf(project);
        var needed = types.Where(type => called.Contains(new UsedType(name, type.FullName!)) || named.Contains(type.Name.Split('`')[0])).ToHashSet();
        var waiting = new Queue<Type>(needed);
        while (waiting.TryDequeue(out var type))
        {
            foreach (var part in Surface(type).SelectMany(Parts).Where(part => part.IsPublic && part.Assembly == type.Assembly && needed.Add(part)))
            {
                waiting.Enqueue(part);
            }
        }

        return needed;
    }

    // What the compiler wants to be as visible as the type itself.
    private static IEnumerable<Type> Surface(Type type)
    {
        const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        Type?[] above = [type.BaseType, .. type.IsInterface ? type.GetInterfaces() : [], .. type.GetGenericArguments().SelectMany(argument => argument.GetGenericParameterConstraints())];
        return above.OfType<Type>()
            .Concat(type.GetMethods(All).Where(IsSeen).SelectMany(method => method.GetParameters().Select(parameter => parameter.ParameterType).Append(method.ReturnType)))
            .Concat(type.GetConstructors(All).Where(IsSeen).SelectMany(method => method.GetParameters().Select(parameter => parameter.ParameterType)))
            .Concat(type.GetFields(All).Where(field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly).Select(field => field.FieldType))
            .Concat(type.GetNestedTypes().SelectMany(Surface));
    }

    private static bool IsSeen(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static IEnumerable<Type> Parts(Type type)
    {
        var bare = type.HasElementType ? type.GetElementType()! : type;
        var outer = bare.IsGenericType ? bare.GetGenericTypeDefinition() : bare;
        while (outer.DeclaringType is { } declaring)
        {
            outer = declaring;
        }

        return bare.GetGenericArguments().SelectMany(Parts).Append(outer);
    }
}
