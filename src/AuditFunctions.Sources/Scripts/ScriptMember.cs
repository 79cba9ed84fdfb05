using Jint.Native;
using Jint.Runtime.Descriptors;

namespace AuditFunctions.Sources.Scripts;

/// <summary>A member of an object as it stands in JSON. Its value is read when the script asks for it.</summary>
internal sealed class ScriptMember : PropertyDescriptor
{
    private readonly ScriptSource _source;
    private JsValue? _value;

    /// <summary>A member that stands somewhere.</summary>
    /// <param name="source">What it is read from.</param>
    /// <param name="name">Its name.</param>
    /// <param name="nameStart">Where the name's quote stands.</param>
    /// <param name="valueStart">Where its value stands.</param>
    /// <param name="valueEnd">Where its value ends.</param>
    public ScriptMember(ScriptSource source, JsString name, int nameStart, int valueStart, int valueEnd)
        : base(PropertyFlag.ConfigurableEnumerableWritable | PropertyFlag.CustomJsValue)
    {
        _source = source;
        (Name, NameStart, ValueStart, ValueEnd) = (name, nameStart, valueStart, valueEnd);
    }

    /// <summary>Its name.</summary>
    public JsString Name { get; }

    /// <summary>Where the name's quote stands.</summary>
    public int NameStart { get; }

    /// <summary>Where its value stands.</summary>
    public int ValueStart { get; }

    /// <summary>Where its value ends.</summary>
    public int ValueEnd { get; }

    /// <summary>Whether it is the first one of its name, which is the one that the script sees.</summary>
    public bool IsFirst { get; set; }

    /// <summary>What was read; null while nobody asked.</summary>
    public JsValue? Read { get; private set; }

    /// <inheritdoc/>
    protected override JsValue? CustomValue
    {
        get => _value ??= Read = _source.Read(ValueStart, ValueEnd);
        set => _value = value;
    }

    /// <summary>Whether it is as it was read, objects apart, which may have changed inside.</summary>
    public bool IsUntouched => _value is null || ReferenceEquals(_value, Read);
}
