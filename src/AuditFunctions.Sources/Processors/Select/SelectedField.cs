using AuditFunctions.Events;

namespace AuditFunctions.Sources.Processors.Select;

/// <summary>A field that stays, whole or with some of what is in it. Not changed once its list is read.</summary>
internal sealed class SelectedField(string name)
{
    private readonly MemberName _name = new(name);
    private readonly List<SelectedField> _inner = [];
    private bool _isWhole;

    /// <summary>Adds a path below it.</summary>
    public void Add(IEnumerable<string> names)
    {
        var field = this;
        foreach (var one in names)
        {
            var inner = field._inner.Find(known => known._name.Text == one);
            if (inner is null)
            {
                inner = new SelectedField(one);
                field._inner.Add(inner);
            }

            field = inner;
        }

        field._isWhole = true;
    }

    /// <summary>Writes an object with what stays of its members, each as it stands.</summary>
    public void Write(ReadOnlySpan<byte> json, int start, PooledBytes into)
    {
        into.Write("{"u8);
        var count = 0;
        var members = new JsonMembers(json, start);
        while (members.Next())
        {
            var field = Find(members.Name);
            var isObject = json[members.ValueStart] == '{';
            if (field is null || !(field._isWhole || isObject))
            {
                continue;
            }

            into.Write(count++ > 0 ? ","u8 : ""u8);
            if (field._isWhole)
            {
                into.Write(json[members.NameStart..members.ValueEnd]);
            }
            else
            {
                into.Write(json[members.NameStart..members.ValueStart]);
                field.Write(json, members.ValueStart, into);
            }
        }

        into.Write("}"u8);
    }

    private SelectedField? Find(ReadOnlySpan<byte> member)
    {
        foreach (var field in _inner)
        {
            if (field._name.Is(member))
            {
                return field;
            }
        }

        return null;
    }
}
