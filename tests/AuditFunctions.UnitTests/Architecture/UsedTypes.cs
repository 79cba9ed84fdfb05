using System.Collections.Immutable;
using System.Reflection.Metadata;

namespace AuditFunctions.Tests.Architecture;

/// <summary>A type that is used.</summary>
/// <param name="Assembly">The assembly that holds it, in short.</param>
/// <param name="Name">Its name with its namespace; of a nested type that of the outermost one.</param>
internal sealed record UsedType(string Assembly, string Name);

/// <summary>Collects the types that one type names: in its declarations, its signatures and its code.</summary>
internal sealed class UsedTypes(MetadataReader reader) : ISignatureTypeProvider<string, object?>
{
    private readonly HashSet<UsedType> _found = [];

    /// <summary>What was found so far.</summary>
    public IReadOnlySet<UsedType> Found => _found;

    /// <summary>Notes a type, method or field, and every type in its signature.</summary>
    public void Add(EntityHandle handle)
    {
        switch (handle.Kind)
        {
            case HandleKind.TypeReference:
                GetTypeFromReference(reader, (TypeReferenceHandle)handle, 0);
                break;
            case HandleKind.TypeDefinition:
                GetTypeFromDefinition(reader, (TypeDefinitionHandle)handle, 0);
                break;
            case HandleKind.TypeSpecification:
                reader.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(this, null);
                break;
            case HandleKind.MemberReference:
                Add(reader.GetMemberReference((MemberReferenceHandle)handle));
                break;
            case HandleKind.MethodSpecification:
                var method = reader.GetMethodSpecification((MethodSpecificationHandle)handle);
                method.DecodeSignature(this, null);
                Add(method.Method);
                break;
            case HandleKind.MethodDefinition:
                var defined = reader.GetMethodDefinition((MethodDefinitionHandle)handle);
                Add(defined.GetDeclaringType());
                defined.DecodeSignature(this, null);
                break;
            case HandleKind.FieldDefinition:
                var field = reader.GetFieldDefinition((FieldDefinitionHandle)handle);
                Add(field.GetDeclaringType());
                field.DecodeSignature(this, null);
                break;
            case HandleKind.StandaloneSignature:
                Add((StandaloneSignatureHandle)handle);
                break;
        }
    }

    private void Add(MemberReference member)
    {
        Add(member.Parent);
        if (member.GetKind() == MemberReferenceKind.Method)
        {
            member.DecodeMethodSignature(this, null);
        }
        else
        {
            member.DecodeFieldSignature(this, null);
        }
    }

    private void Add(StandaloneSignatureHandle handle)
    {
        var signature = reader.GetStandaloneSignature(handle);
        if (signature.GetKind() == StandaloneSignatureKind.LocalVariables)
        {
            signature.DecodeLocalSignature(this, null);
        }
        else
        {
            signature.DecodeMethodSignature(this, null);
        }
    }

    /// <inheritdoc/>
    public string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind)
    {
        var type = reader.GetTypeReference(handle);
        while (type.ResolutionScope.Kind == HandleKind.TypeReference)
        {
            type = reader.GetTypeReference((TypeReferenceHandle)type.ResolutionScope);
        }

        var assembly = type.ResolutionScope.Kind == HandleKind.AssemblyReference
            ? reader.GetString(reader.GetAssemblyReference((AssemblyReferenceHandle)type.ResolutionScope).Name)
            : "";
        return Note(assembly, reader.GetString(type.Namespace), reader.GetString(type.Name));
    }

    /// <inheritdoc/>
    public string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind)
    {
        var type = reader.GetTypeDefinition(handle);
        while (type.IsNested)
        {
            type = reader.GetTypeDefinition(type.GetDeclaringType());
        }

        return Note(reader.GetString(reader.GetAssemblyDefinition().Name), reader.GetString(type.Namespace), reader.GetString(type.Name));
    }

    /// <inheritdoc/>
    public string GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
        reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

    /// <inheritdoc/>
    public string GetArrayType(string elementType, ArrayShape shape) => elementType;

    /// <inheritdoc/>
    public string GetByReferenceType(string elementType) => elementType;

    /// <inheritdoc/>
    public string GetFunctionPointerType(MethodSignature<string> signature) => "";

    /// <inheritdoc/>
    public string GetGenericInstantiation(string genericType, ImmutableArray<string> typeArguments) => genericType;

    /// <inheritdoc/>
    public string GetGenericMethodParameter(object? genericContext, int index) => "";

    /// <inheritdoc/>
    public string GetGenericTypeParameter(object? genericContext, int index) => "";

    /// <inheritdoc/>
    public string GetModifiedType(string modifier, string unmodifiedType, bool isRequired) => unmodifiedType;

    /// <inheritdoc/>
    public string GetPinnedType(string elementType) => elementType;

    /// <inheritdoc/>
    public string GetPointerType(string elementType) => elementType;

    /// <inheritdoc/>
    public string GetPrimitiveType(PrimitiveTypeCode typeCode) => "";

    /// <inheritdoc/>
    public string GetSZArrayType(string elementType) => elementType;

    private string Note(string assembly, string space, string name)
    {
        var full = $"{space}.{name}";
        _found.Add(new UsedType(assembly, full));
        return full;
    }
}
