using System.Reflection;
using System.Reflection.Emit;

namespace AuditFunctions.Tests.Architecture;

/// <summary>
/// Which namespaces of an assembly use which: by base types, interfaces, members, attributes and the code of methods. Constants do not count: the
/// compiler copies their values.
/// </summary>
internal sealed class NamespaceGraph
{
    private const BindingFlags All =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => code.Value);

    private readonly Assembly _assembly;
    private readonly SortedDictionary<string, SortedSet<string>> _uses = new(StringComparer.Ordinal);

    public NamespaceGraph(Assembly assembly)
    {
        _assembly = assembly;
        foreach (var type in assembly.GetTypes())
        {
            Read(type);
        }
    }

    /// <summary>The namespaces that a namespace uses, itself left out.</summary>
    public IReadOnlyDictionary<string, SortedSet<string>> Uses => _uses;

    /// <summary>The clusters: namespaces each of which reaches each other. In order.</summary>
    public IReadOnlyList<string[]> Clusters()
    {
        var reached = _uses.Keys.ToDictionary(from => from, Reached);
        var clusters = new List<string[]>();
        foreach (var name in _uses.Keys.Where(name => reached[name].Contains(name)))
        {
            if (!clusters.Any(cluster => cluster.Contains(name)))
            {
                clusters.Add([.. _uses.Keys.Where(other => reached[name].Contains(other) && reached[other].Contains(name))]);
            }
        }

        return clusters;
    }

    private HashSet<string> Reached(string from)
    {
        var seen = new HashSet<string>();
        var next = new Stack<string>(_uses[from]);
        while (next.TryPop(out var name))
        {
            if (seen.Add(name) && _uses.TryGetValue(name, out var further))
            {
                foreach (var one in further)
                {
                    next.Push(one);
                }
            }
        }

        return seen;
    }

    private void Read(Type type)
    {
        if (Outermost(type).Namespace is not { } from)
        {
            return;
        }

        _uses.TryAdd(from, new SortedSet<string>(StringComparer.Ordinal));
        Add(from, type.BaseType);
        AddAll(from, type.GetInterfaces());
        AddAll(from, type.CustomAttributes.Select(attribute => attribute.AttributeType));
        AddAll(from, type.GetGenericArguments().Where(argument => argument.IsGenericParameter).SelectMany(argument => argument.GetGenericParameterConstraints()));
        AddAll(from, type.GetFields(All).Select(field => field.FieldType));
        foreach (var method in type.GetMethods(All).Cast<MethodBase>().Concat(type.GetConstructors(All)))
        {
            AddMember(from, method);
            ReadBody(from, method);
        }
    }

    private void ReadBody(string from, MethodBase method)
    {
        if (method.GetMethodBody() is not { } body)
        {
            return;
        }

        AddAll(from, body.LocalVariables.Select(local => local.LocalType));
        AddAll(from, body.ExceptionHandlingClauses.Where(clause => clause.Flags == ExceptionHandlingClauseOptions.Clause).Select(clause => clause.CatchType));
        var typeArguments = method.DeclaringType is { IsGenericType: true } owner ? owner.GetGenericArguments() : null;
        var methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : null;
        foreach (var token in Tokens(body.GetILAsByteArray() ?? []))
        {
            switch (method.Module.ResolveMember(token, typeArguments, methodArguments))
            {
                case Type used:
                    Add(from, used);
                    break;
                case { } member:
                    AddMember(from, member);
                    break;
            }
        }
    }

    private static IEnumerable<int> Tokens(byte[] code)
    {
        for (var at = 0; at < code.Length;)
        {
            var value = code[at] == 0xFE ? (short)((code[at] << 8) | code[at + 1]) : code[at];
            var operation = OpCodesByValue[value];
            at += operation.Size;
            switch (operation.OperandType)
            {
                case OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType:
                    yield return BitConverter.ToInt32(code, at);
                    at += 4;
                    break;
                case OperandType.InlineNone:
                    break;
                case OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar:
                    at += 1;
                    break;
                case OperandType.InlineVar:
                    at += 2;
                    break;
                case OperandType.InlineI8 or OperandType.InlineR:
                    at += 8;
                    break;
                case OperandType.InlineSwitch:
                    at += 4 + (4 * BitConverter.ToInt32(code, at));
                    break;
                default:
                    at += 4;
                    break;
            }
        }
    }

    private void AddMember(string from, MemberInfo member)
    {
        Add(from, member.DeclaringType);
        switch (member)
        {
            case FieldInfo field:
                Add(from, field.FieldType);
                break;
            case MethodBase method:
                AddAll(from, method.GetParameters().Select(parameter => parameter.ParameterType));
                AddAll(from, method.IsGenericMethod ? method.GetGenericArguments() : []);
                Add(from, (method as MethodInfo)?.ReturnType);
                break;
        }
    }

    private void AddAll(string from, IEnumerable<Type?> types)
    {
        foreach (var type in types)
        {
            Add(from, type);
        }
    }

    private void Add(string from, Type? type)
    {
        if (type is null || type.IsGenericParameter)
        {
            return;
        }

        if (type.HasElementType)
        {
            Add(from, type.GetElementType());
            return;
        }

        if (type.IsConstructedGenericType)
        {
            AddAll(from, type.GetGenericArguments());
        }

        if (type.Assembly == _assembly && Outermost(type).Namespace is { } to && to != from)
        {
            _uses[from].Add(to);
        }
    }

    private static Type Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type;
}
