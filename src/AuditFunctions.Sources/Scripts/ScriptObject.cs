using System.Text;
using AuditFunctions.Events;
using Jint.Native;
using Jint.Native.Object;

namespace AuditFunctions.Sources.Scripts;

/// <summary>An object of JSON. Until the script looks into it, and where it changes nothing, it stands for its bytes.</summary>
internal sealed class ScriptObject : ObjectInstance
{
    // More are found faster in a list of all.
    private const int MostAsked = 8;

    private List<ScriptMember>? _members;
    private List<ScriptMember>? _asked;

    /// <summary>An object that stands somewhere.</summary>
    public ScriptObject(ScriptSource source, int start, int end)
        : base(source.Engine)
    {
        (Source, Start, End) = (source, start, end);
        Prototype = source.Engine.Intrinsics.Object.PrototypeObject;
    }

    /// <summary>What it was read from.</summary>
    public ScriptSource Source { get; }

    /// <summary>Where it stands.</summary>
    public int Start { get; }

    /// <summary>Where it ends.</summary>
    public int End { get; }

    /// <summary>Its members as they stand there, in order.</summary>
    public List<ScriptMember> Members
    {
        get
        {
            EnsureInitialized();
            return _members!;
        }
    }

    /// <summary>Whether it may be other than its bytes: the script did more than to read members of it.</summary>
    public bool MayBeChanged => _members is not null || _asked?.Exists(member => member.Read is ScriptObject { MayBeChanged: true } or (ObjectInstance and not ScriptObject)) == true;

    /// <inheritdoc/>
    public override JsValue Get(JsValue property, JsValue receiver) =>
        _members is null && property is JsString name && ReferenceEquals(receiver, this) && TryFind(name.ToString(), out var value) ? value : base.Get(property, receiver);

    /// <inheritdoc/>
    protected override void Initialize()
    {
        _members = new List<ScriptMember>(16);
        var names = new HashSet<string>(16, StringComparer.Ordinal);
        var members = new JsonMembers(Source.Json, Start);
        while (members.Next())
        {
            var start = members.NameStart;
            var member = _asked?.Find(one => one.NameStart == start) ?? MemberAt(members);

            // As in paths, the first one of a name is meant.
            member.IsFirst = names.Add(member.Name.ToString());
            _members.Add(member);
            if (member.IsFirst)
            {
                FastSetProperty(member.Name, member);
            }
        }
    }

    // Most scripts read a few members and change none: that takes no list of all of them.
    private bool TryFind(string name, out JsValue value)
    {
        value = Undefined;
        foreach (var member in _asked ?? [])
        {
            if (member.Name.ToString() == name)
            {
                value = member.Value;
                return true;
            }
        }

        var members = new JsonMembers(Source.Json, Start);
        while (!(_asked?.Count >= MostAsked) && members.Next())
        {
            if (Ascii.Equals(members.Name, name))
            {
                (_asked ??= []).Add(MemberAt(members));
                value = _asked[^1].Value;
                return true;
            }

            if (members.Name.Contains((byte)'\\'))
            {
                return false;
            }
        }

        return false;
    }

    private ScriptMember MemberAt(JsonMembers members) => new(Source, Source.Names.Of(members.Name), members.NameStart, members.ValueStart, members.ValueEnd) { IsFirst = true };
}
