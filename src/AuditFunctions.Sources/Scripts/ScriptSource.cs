using System.Globalization;
using System.Text;
using AuditFunctions.Events;
using Jint;
using Jint.Native;

namespace AuditFunctions.Sources.Scripts;

/// <summary>JSON that a script was given: bytes of its own, which what was read of it refers to for as long as the script keeps it.</summary>
/// <param name="engine">The engine that reads it.</param>
/// <param name="names">Names that were read before.</param>
/// <param name="json">Valid JSON, which must not change.</param>
internal sealed class ScriptSource(Engine engine, ScriptNames names, ReadOnlyMemory<byte> json)
{
    // Numbers of so many characters are the same when they are read and written again.
    private const int ExactDigits = 15;
    private const int MostNesting = 100;

    private Dictionary<JsArray, ScriptArray>? _arrays;
    private Dictionary<double, string?>? _long;

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Json => json.Span;

    /// <summary>The engine that reads it.</summary>
    public Engine Engine { get; } = engine;

    /// <summary>Names that were read before.</summary>
    public ScriptNames Names { get; } = names;

    /// <summary>The whole of it.</summary>
    /// <exception cref="ScriptFailure">Arrays are nested too deep.</exception>
    public JsValue Root()
    {
        var start = JsonExtent.SkipSpace(Json, 0);
        return JsonExtent.EndOf(Json, start) is >= 0 and var end ? Read(start, end) : JsValue.Null;
    }

    /// <summary>A value: an object is read no further before the script looks into it.</summary>
    /// <exception cref="ScriptFailure">Arrays are nested too deep.</exception>
    public JsValue Read(int start, int end, int depth = 0)
    {
        var slice = JsonSlice.Of(Json, start, end);
        return slice.Kind switch
        {
            JsonKind.Object => new ScriptObject(this, start, end),
            JsonKind.Array => ReadArray(start, end, depth),
            JsonKind.String => new JsString(JsonText.Unescape(Json, slice)),
            JsonKind.Number => new JsNumber(Number(slice)),
            JsonKind.True => JsBoolean.True,
            JsonKind.False => JsBoolean.False,
            _ => JsValue.Null,
        };
    }

    /// <summary>Where an array was read; null when it is the script's own.</summary>
    public ScriptArray? ArrayOf(JsArray array) => _arrays?.GetValueOrDefault(array);

    /// <summary>How a number was spelt that is too long for a script; null when it was none such.</summary>
    /// <exception cref="ScriptFailure">Two different ones became the same.</exception>
    public string? SpellingOf(double number)
    {
        if (_long is null || !_long.TryGetValue(number, out var spelling))
        {
            return null;
        }

        return spelling ?? throw new ScriptFailure("moved one of two long numbers that it cannot tell apart");
    }

    private JsArray ReadArray(int start, int end, int depth)
    {
        if (depth == MostNesting)
        {
            throw new ScriptFailure($"the event has arrays nested more than {MostNesting} levels deep");
        }

        var values = new List<JsValue>();
        var places = new List<(int Start, int End)>();
        var elements = new JsonElements(Json, start);
        while (elements.Next())
        {
            values.Add(Read(elements.Start, elements.End, depth + 1));
            places.Add((elements.Start, elements.End));
        }

        var array = new JsArray(Engine, [.. values]);
        (_arrays ??= new(ReferenceEqualityComparer.Instance))[array] = new ScriptArray(start, end, values, places);
        return array;
    }

    private double Number(JsonSlice slice)
    {
        var text = Json.Slice(slice.Start, slice.Length);
        var number = double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        if (slice.Length > ExactDigits || !double.IsFinite(number))
        {
            var spelling = Encoding.ASCII.GetString(text);
            _long ??= [];
            _long[number] = !_long.TryGetValue(number, out var other) || other == spelling ? spelling : null;
        }

        return number;
    }
}

/// <summary>An array as it was read.</summary>
/// <param name="Start">Where it stands.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Values">Its elements.</param>
/// <param name="Places">Where each stands and ends.</param>
internal sealed record ScriptArray(int Start, int End, List<JsValue> Values, List<(int Start, int End)> Places);
