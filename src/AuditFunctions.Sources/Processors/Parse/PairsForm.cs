using System.Text;
using AuditFunctions.Events;

namespace AuditFunctions.Sources.Processors.Parse;

/// <summary>Names and values: <c>user=anna action="log in"</c>. A value in quotes may hold the separator; a backslash takes what follows as it is.</summary>
internal sealed class PairsForm(char separator, char assign) : ITextForm
{
    /// <inheritdoc/>
    public string? Write(string text, PooledBytes into)
    {
        into.Write("{"u8);
        var count = 0;
        for (var at = Skip(text, 0); at < text.Length; at = Skip(text, at))
        {
            var end = text.IndexOf(assign, at);
            if (end <= at || text.AsSpan(at, end - at).Contains(separator))
            {
                return $"the text is not made of names and values with '{assign}' between them";
            }

            into.Write(count++ > 0 ? ","u8 : ""u8);
            into.WriteText(text.AsSpan(at, end - at).Trim());
            into.Write(":"u8);
            into.WriteText(Value(text, end + 1, out at));
        }

        into.Write("}"u8);
        return count > 0 ? null : "the text is empty";
    }

    private int Skip(string text, int at)
    {
        while (at < text.Length && (text[at] == separator || text[at] is ' ' or '\t' or '\r' or '\n'))
        {
            at++;
        }

        return at;
    }

    private string Value(string text, int start, out int end)
    {
        if (start < text.Length && text[start] == '"')
        {
            var value = new StringBuilder();
            for (end = start + 1; end < text.Length && text[end] != '"'; end++)
            {
                end += text[end] == '\\' && end + 1 < text.Length ? 1 : 0;
                value.Append(text[end]);
            }

            end = Math.Min(end + 1, text.Length);
            return value.ToString();
        }

        var next = text.IndexOf(separator, start);
        end = next < 0 ? text.Length : next;
        return text[start..end];
    }
}
