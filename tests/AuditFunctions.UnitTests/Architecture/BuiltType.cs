using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace AuditFunctions.Tests.Architecture;

/// <summary>A type as it was compiled, with all that is nested in it: lambdas and state machines too.</summary>
/// <param name="Assembly">The assembly that holds it.</param>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">Its name with its namespace.</param>
/// <param name="Uses">The types that it names.</param>
/// <param name="ConstructorParameters">How many parameters its longest constructor has; 0 of a record, which carries data.</param>
internal sealed record BuiltType(string Assembly, string Namespace, string Name, IReadOnlySet<UsedType> Uses, int ConstructorParameters)
{
    /// <summary>The types of an assembly that stands beside the tests.</summary>
    public static IReadOnlyList<BuiltType> Of(string assembly)
    {
        using var file = new PEReader(File.OpenRead(Path.Combine(AppContext.BaseDirectory, assembly + ".dll")));
        var reader = file.GetMetadataReader();
        return
        [
            .. reader.TypeDefinitions
                .Where(handle => !reader.GetTypeDefinition(handle).IsNested && !reader.GetTypeDefinition(handle).Namespace.IsNil)
                .Select(handle => Of(assembly, file, reader, handle)),
        ];
    }

    private static BuiltType Of(string assembly, PEReader file, MetadataReader reader, TypeDefinitionHandle handle)
    {
        var type = reader.GetTypeDefinition(handle);
        var used = new UsedTypes(reader);
        Collect(file, reader, handle, used);
        var space = reader.GetString(type.Namespace);
        return new BuiltType(assembly, space, $"{space}.{reader.GetString(type.Name)}", used.Found, ParametersOf(reader, type));
    }

    private static void Collect(PEReader file, MetadataReader reader, TypeDefinitionHandle handle, UsedTypes used)
    {
        var type = reader.GetTypeDefinition(handle);
        if (!type.BaseType.IsNil)
        {
            used.Add(type.BaseType);
        }

        foreach (var implemented in type.GetInterfaceImplementations())
        {
            used.Add(reader.GetInterfaceImplementation(implemented).Interface);
        }

        foreach (var field in type.GetFields())
        {
            used.Add(field);
        }

        foreach (var method in type.GetMethods())
        {
            used.Add(method);
            Collect(file, reader.GetMethodDefinition(method), used);
        }

        foreach (var nested in type.GetNestedTypes())
        {
            Collect(file, reader, nested, used);
        }
    }

    private static void Collect(PEReader file, MethodDefinition method, UsedTypes used)
    {
        if (method.RelativeVirtualAddress == 0)
        {
            return;
        }

        var body = file.GetMethodBody(method.RelativeVirtualAddress);
        if (!body.LocalSignature.IsNil)
        {
            used.Add(body.LocalSignature);
        }

        foreach (var region in body.ExceptionRegions.Where(region => !region.CatchType.IsNil))
        {
            used.Add(region.CatchType);
        }

        foreach (var token in Code.TokensOf(body.GetILBytes()!))
        {
            used.Add(token);
        }
    }

    private static int ParametersOf(MetadataReader reader, TypeDefinition type)
    {
        MethodDefinition[] methods = [.. type.GetMethods().Select(reader.GetMethodDefinition)];
        var isRecord = methods.Any(method => reader.GetString(method.Name) is "<Clone>$" or "PrintMembers");
        return isRecord || type.Attributes.HasFlag(TypeAttributes.Abstract | TypeAttributes.Sealed)
            ? 0
            : methods.Where(method => reader.GetString(method.Name) == ".ctor").Select(method => method.GetParameters().Count).DefaultIfEmpty().Max();
    }
}
