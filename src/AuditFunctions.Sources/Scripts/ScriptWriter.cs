using System.Text;
using AuditFunctions.Events;
using Jint;
using Jint.Native;
using Jint.Native.Object;
using Jint.Runtime;
using Jint.Runtime.Descriptors;

namespace AuditFunctions.Sources.Scripts;

/// <summary>Writes what a script gives back as JSON. What it did not change keeps its bytes, wherever it stands now.</summary>
/// <param name="into">Takes it.</param>
/// <param name="source">What the script was given.</param>
/// <param name="function">The function that gave it back, for messages.</param>
internal sealed class ScriptWriter(PooledBytes into, ScriptSource source, string function)
{
    private const int MostNesting = 200;
    private const int MostValues = 500_000;

    private readonly int _most = into.Length + CutPage.MostEventBytes;
    private int _values;

    /// <summary>Writes a value.</summary>
    /// <returns>Whether it is other than it was read.</returns>
    /// <exception cref="ScriptFailure">JSON cannot say it.</exception>
    public bool Write(JsValue value) => Write(value, 0);

    private bool Write(JsValue value, int depth)
    {
        if (depth > MostNesting)
        {
            throw new ScriptFailure($"{function}: gave back a value that holds itself, or is nested more than {MostNesting} levels deep");
        }

        if (++_values > MostValues || into.Length > _most)
        {
            throw new ScriptFailure($"{function}: gave back more than {MostValues:N0} values, or 16 MB");
        }

        switch (value)
        {
            case ScriptObject read:
                return WriteRead(read, depth);
            case JsObject made:
                WriteMade(made, depth);
                return true;
            case JsArray array:
                return WriteArray(array, depth);
            case JsString text:
                into.WriteText(text.ToString());
                return true;
            case JsNumber number:
                WriteNumber(number);
                return true;
            case JsBoolean flag:
                into.Write(flag == JsBoolean.True ? "true"u8 : "false"u8);
                return true;
            case JsNull:
                into.Write("null"u8);
                return true;
            case ScriptSecret:
                throw new ScriptFailure($"{function}: gave back a secret; only a header may hold one");
            default:
                throw new ScriptFailure($"{function}: gave back {Name(value)}, which JSON does not have");
        }
    }

    private bool WriteRead(ScriptObject read, int depth)
    {
        var start = into.Length;
        var isChanged = read.MayBeChanged && WriteMembers(read, read.Members, depth);
        if (!isChanged)
        {
            into.Truncate(start);
            into.Write(read.Source.Json[read.Start..read.End]);
        }

        return isChanged;
    }

    private bool WriteMembers(ScriptObject read, List<ScriptMember> members, int depth)
    {
        var start = into.Length;
        var kept = 0;
        var others = default(HashSet<JsValue>);
        into.Write("{"u8);
        foreach (var member in members)
        {
            // What stands behind another one of its name goes with it.
            var own = others?.Contains(member.Name) == true ? PropertyDescriptor.Undefined : read.GetOwnProperty(member.Name);
            kept += member.IsFirst && own != PropertyDescriptor.Undefined ? 1 : 0;
            var value = own == PropertyDescriptor.Undefined || !own.Enumerable ? JsValue.Undefined
                : !member.IsFirst || (ReferenceEquals(own, member) && member.IsUntouched && member.Read is null or not ObjectInstance) ? null
                : ValueOf(own);
            if (value?.IsUndefined() == true)
            {
                (others ??= []).Add(member.Name);
                continue;
            }

            into.Write(into.Length == start + 1 ? ""u8 : ","u8);
            into.Write(read.Source.Json[member.NameStart..member.ValueStart]);
            if (value is null)
            {
                into.Write(read.Source.Json[member.ValueStart..member.ValueEnd]);
            }
            else if (Write(value, depth + 1) || !ReferenceEquals(value, member.Read))
            {
                (others ??= []).Add(member.Name);
            }
        }

        var keys = read.GetOwnPropertyKeys(Types.String);
        var isLonger = keys.Count > kept && WriteOwn(read, keys, [.. members.Select(member => member.Name)], start + 1, depth);
        into.Write("}"u8);
        return others is not null || isLonger;
    }

    private void WriteMade(JsObject made, int depth)
    {
        into.Write("{"u8);
        WriteOwn(made, made.GetOwnPropertyKeys(Types.String), [], into.Length, depth);
        into.Write("}"u8);
    }

    private bool WriteOwn(ObjectInstance from, List<JsValue> keys, HashSet<JsValue> without, int start, int depth)
    {
        var any = false;
        foreach (var key in keys)
        {
            if (without.Contains(key) || from.GetOwnProperty(key) is not { Enumerable: true } own || ValueOf(own) is not { } value || value.IsUndefined())
            {
                continue;
            }

            into.Write(into.Length == start ? ""u8 : ","u8);
            into.WriteText(key.ToString());
            into.Write(":"u8);
            Write(value, depth + 1);
            any = true;
        }

        return any;
    }

    private bool WriteArray(JsArray array, int depth)
    {
        var start = into.Length;
        var read = source.ArrayOf(array);
        var length = array.Length;
        if (length > Math.Max(ScriptLimits.MostElements, read?.Values.Count ?? 0))
        {
            throw new ScriptFailure($"{function}: gave back an array of more than {ScriptLimits.MostElements:N0} elements");
        }

        var isChanged = read is null || read.Values.Count != length;
        into.Write("["u8);
        for (uint at = 0; at < length; at++)
        {
            into.Write(at == 0 ? ""u8 : ","u8);
            var own = array.GetOwnProperty(JsNumber.Create(at));
            var value = own == PropertyDescriptor.Undefined ? JsValue.Null : ValueOf(own);
            value = value.IsUndefined() ? JsValue.Null : value;
            if (at < read?.Values.Count && ReferenceEquals(value, read.Values[(int)at]))
            {
                if (value is ObjectInstance)
                {
                    isChanged |= Write(value, depth + 1);
                }
                else
                {
                    var (from, to) = read.Places[(int)at];
                    into.Write(source.Json[from..to]);
                }
            }
            else
            {
                isChanged = true;
                Write(value, depth + 1);
            }
        }

        into.Write("]"u8);
        if (!isChanged)
        {
            into.Truncate(start);
            into.Write(source.Json[read!.Start..read.End]);
        }

        return isChanged;
    }

    private void WriteNumber(JsNumber value)
    {
        var number = TypeConverter.ToNumber(value);
        if (source.SpellingOf(number) is { } spelling)
        {
            into.Write(Encoding.ASCII.GetBytes(spelling));
            return;
        }

        if (!double.IsFinite(number))
        {
            throw new ScriptFailure($"{function}: gave back a number that JSON does not have (NaN or infinite)");
        }

        into.Write(Encoding.ASCII.GetBytes(TypeConverter.ToString(value)));
    }

    private JsValue ValueOf(PropertyDescriptor own) =>
        own.Get is null && own.Set is null ? own.Value : throw new ScriptFailure($"{function}: gave back an object with a getter or setter");

    private static string Name(JsValue value) => value switch
    {
        JsUndefined => "undefined",
        JsBigInt => "a BigInt",
        JsSymbol => "a symbol",
        Jint.Native.Function.Function => "a function",
        JsDate => "a Date (write it with toISOString)",
        _ => $"an object of another kind ({value.GetType().Name.Replace("Js", "", StringComparison.Ordinal).Replace("Instance", "", StringComparison.Ordinal)})",
    };
}
