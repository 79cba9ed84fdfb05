using Jint;
using Jint.Native;
using Jint.Native.Object;
using Jint.Runtime;
using Jint.Runtime.Descriptors;
using Jint.Runtime.Interop;

namespace AuditFunctions.Sources.Scripts;

/// <summary>
/// Holds back the built-in functions with which one statement could make a text of a gigabyte: limits are looked at between statements only.
/// </summary>
internal static class LongTexts
{
    /// <summary>Puts the guards in front of them.</summary>
    public static void Guard(Engine engine)
    {
        var texts = (ObjectInstance)engine.Global.Get("String").Get("prototype");
        Put(engine, texts, "repeat", 1, (text, arguments) => LengthOf(text) * TypeConverter.ToInteger(At(arguments, 0)));
        Put(engine, texts, "padStart", 2, (_, arguments) => TypeConverter.ToInteger(At(arguments, 0)));
        Put(engine, texts, "padEnd", 2, (_, arguments) => TypeConverter.ToInteger(At(arguments, 0)));
        Put(engine, texts, "replace", 2, Replaced);
        Put(engine, texts, "replaceAll", 2, Replaced);
        Put(engine, engine.Intrinsics.Array.PrototypeObject, "join", 1, Joined);
    }

    // What is replaced by a function is made of texts that the function made, and counted there.
    private static double Replaced(JsValue text, JsValue[] arguments) => At(arguments, 1) is JsString with ? LengthOf(text) * (1 + LengthOf(with)) : 0;

    private static double Joined(JsValue list, JsValue[] arguments)
    {
        if (list is not JsArray array)
        {
            return 0;
        }

        var most = At(arguments, 0) is JsString between ? LengthOf(between) * array.Length : array.Length;
        foreach (var value in array)
        {
            most += LengthOf(value);
        }

        return most;
    }

    private static double LengthOf(JsValue value) => value is JsString text ? text.Length : value is ObjectInstance ? 16 : 8;

    private static JsValue At(JsValue[] arguments, int at) => at < arguments.Length ? arguments[at] : JsValue.Undefined;

    private static void Put(Engine engine, ObjectInstance on, string name, int length, Func<JsValue, JsValue[], double> most)
    {
        var original = on.Get(name);
        on.FastSetProperty(name, new PropertyDescriptor(new ClrFunction(engine, name, Checked, length), PropertyFlag.NonEnumerable));

        JsValue Checked(JsValue target, JsValue[] arguments) => most(target, arguments) <= ScriptLimits.MostCharacters
            ? engine.Call(original, target, arguments)
            : throw new ScriptFailure($"{name} would make a text of more than {ScriptLimits.MostCharacters:N0} characters");
    }
}
