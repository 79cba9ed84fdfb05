using AuditFunctions.Configuration;
using AuditFunctions.Events;
using AuditFunctions.Sources.Requests;
using AuditFunctions.Sources.Scripts;
using Jint.Native;

namespace AuditFunctions.Sources.Paging.Script;

/// <summary>A function of JavaScript says what goes into the next request as <c>{cursor}</c>.</summary>
/// <param name="program">The script.</param>
/// <param name="isShaped">Whether the answer stands inside the page that was made of it.</param>
internal sealed class ScriptPaging(ScriptProgram program, bool isShaped) : IPagingKind
{
    private const string Function = "next";

    /// <summary>Its place in the catalog.</summary>
    public static PagingEntry Entry { get; } = new(
        "script",
        "`script` | `code` | What the function `next(page)` returns becomes `{cursor}`; nothing ends the window. See [scripts](#scripts).",
        (reader, fields, _) => new ScriptPaging(ScriptCode.Read(reader, Function, "page"), fields.IsShaped));

    /// <inheritdoc/>
    public string? Placeholder => RunPlaceholders.Cursor;

    /// <inheritdoc/>
    public string? NextCursor(PageView page)
    {
        try
        {
            // An engine of its own: what a script kept of another page must not count.
            using var engine = new ScriptEngine(program, page.Clock);
            return engine.Call(Function, Argument(engine, page)) switch
            {
                JsNull or JsUndefined => null,
                JsString text => text.ToString(),
                JsNumber number => number.ToString(),
                _ => throw new ScriptFailure($"{Function}: gave back what is no text, number or nothing"),
            };
        }
        catch (ScriptFailure failure)
        {
            throw new ScriptFault("paging", failure);
        }
    }

    private JsObject Argument(ScriptEngine engine, PageView page)
    {
        var source = engine.ReadInPlace(page.Body[ByteOrderMark.LengthOf(page.Body.Span)..]);
        var body = source.Root();
        var argument = engine.NewObject();
        argument.FastSetDataProperty("body", isShaped && body is ScriptObject shaped ? shaped.Get("page") : body);
        argument.FastSetDataProperty("last", page.Cut.Count == 0 ? JsValue.Null : engine.Read(Slice(page, page.Cut.Count - 1)).Root());
        argument.FastSetDataProperty("count", new JsNumber(page.Cut.Offered));
        argument.FastSetDataProperty("pageSize", new JsNumber(page.PageSize));
        argument.FastSetDataProperty("cursor", page.Cursor is { } cursor ? new JsString(cursor) : JsValue.Null);
        argument.FastSetDataProperty("url", new JsString(page.Url.GetLeftPart(UriPartial.Path)));
        var headers = engine.NewObject();
        foreach (var (name, values) in page.Response.Headers.Concat(page.Response.Content.Headers))
        {
            headers.FastSetDataProperty(name.ToLowerInvariant(), new JsString(string.Join(", ", values)));
        }

        argument.FastSetDataProperty("headers", headers);
        return argument;
    }

    private static ReadOnlySpan<byte> Slice(PageView page, int at) => page.Body.Span.Slice(page.Cut[at].Start, page.Cut[at].Length);
}
