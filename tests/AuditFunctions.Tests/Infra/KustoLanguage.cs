using System.Text.RegularExpressions;

namespace AuditFunctions.Tests.Infra;

/// <summary>As much of the Kusto query language as the queries use: tables, operators, functions, and words that no column can be called.</summary>
internal static partial class KustoLanguage
{
    // https://learn.microsoft.com/azure/azure-monitor/reference/tables/apptraces and its neighbours, read 2026-11-21.
    public static IReadOnlyDictionary<string, string[]> Tables { get; } = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["AppMetrics"] = ["TimeGenerated", "Name", "Sum", "Min", "Max", "ItemCount", "Properties"],
        ["AppTraces"] = ["TimeGenerated", "Message", "SeverityLevel", "OperationId", "Properties"],
        ["AppExceptions"] = ["TimeGenerated", "OuterMessage", "ExceptionType", "ProblemId", "SeverityLevel", "ItemCount", "OperationId", "Properties"],
        ["AppRequests"] = ["TimeGenerated", "Name", "Success", "DurationMs", "ItemCount", "OperationId", "Id", "ParentId", "Properties"],
        ["AppDependencies"] = ["TimeGenerated", "Name", "Success", "DurationMs", "ItemCount", "OperationId", "Id", "ParentId", "Properties"],
        ["Usage"] = ["TimeGenerated", "Quantity", "IsBillable"],
    };

    private static readonly HashSet<string> Operators = ["where", "extend", "project", "summarize", "order", "take", "distinct", "join", "mv-expand"];

    private static readonly HashSet<string> Known =
    [
        "let", "union", "print", "by", "asc", "desc", "on", "kind", "leftouter", "in", "and", "or", "between", "startswith", "endswith", "to", "typeof", "string",
        "count", "countif", "sum", "sumif", "avg", "min", "max", "percentile", "dcount", "arg_max", "arg_min",
        "tostring", "toint", "todouble", "toscalar", "dynamic", "isempty", "isnotempty", "isnotnull", "iff", "case", "coalesce", "strcat", "substring", "strlen", "split", "bin", "ago", "now",
        .. Operators.Select(word => word.Replace('-', '_')),
    ];

    // What the language's own parser refuses as a name without brackets; common words that one might take.
    private static readonly HashSet<string> Reserved =
    [
        "first", "last", "latest", "earliest", "time", "date", "title", "sample", "of", "set", "views", "sql", "missing", "others", "simple", "relaxed", "flags", "card",
        "journal", "statistics", "timeline", "queries", "find", "search", "where", "project", "has", "in", "by", "to", "as", "and", "or", "between", "string", "int", "long", "real", "double", "dynamic",
    ];

    /// <summary>What is wrong with a query by itself.</summary>
    public static IEnumerable<string> Faults(QueryText query)
    {
        var bare = query.Bare;
        foreach (var fault in Brackets(bare))
        {
            yield return fault;
        }

        foreach (var table in query.Tables.Where(table => !Tables.ContainsKey(table)))
        {
            yield return $"table {table} is not known";
        }

        foreach (var word in Pipe().Matches(bare).Select(match => match.Groups["word"].Value).Where(word => !Operators.Contains(word) && word != "count"))
        {
            yield return $"operator {word} is not known";
        }

        var names = bare.Replace("mv-expand", "mv_expand", StringComparison.Ordinal);
        var defined = Defined().Matches(names).SelectMany(match => match.Groups["name"].Captures).Select(capture => capture.Value).ToHashSet(StringComparer.Ordinal);
        foreach (var word in defined.Where(Reserved.Contains))
        {
            yield return $"{word} is a word of the language and cannot be a name";
        }

        var columns = query.Tables.SelectMany(table => Tables.GetValueOrDefault(table, [])).ToHashSet(StringComparer.Ordinal);
        foreach (var word in Name().Matches(names).Select(match => match.Value).Distinct(StringComparer.Ordinal)
            .Where(word => !Known.Contains(word) && !defined.Contains(word) && !columns.Contains(word) && !Tables.ContainsKey(word)))
        {
            yield return $"{word} is no column of its tables, no function, and nothing that it defines";
        }
    }

    private static IEnumerable<string> Brackets(string bare)
    {
        var open = new Stack<char>();
        foreach (var sign in bare)
        {
            switch (sign)
            {
                case '(' or '[' or '{':
                    open.Push(sign);
                    break;
                case ')' or ']' or '}' when !open.TryPop(out var before) || (before, sign) is not (('(', ')') or ('[', ']') or ('{', '}')):
                    yield return $"{sign} closes nothing";
                    yield break;
            }
        }

        if (open.Count > 0)
        {
            yield return $"{open.Peek()} is not closed";
        }

        if (bare.Count(sign => sign == '\'') % 2 > 0)
        {
            yield return "a quotation mark is not closed";
        }
    }

    [GeneratedRegex(@"\|\s*(?<word>[\w-]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Pipe();

    // a = …, let a = …, (a, b) = …
    [GeneratedRegex(@"(?<![\w.])(?<name>[A-Za-z_]\w*) =(?![=~])|\((?<name>\w+), (?<name>\w+)\) =(?![=~])", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Defined();

    [GeneratedRegex(@"(?<![\w.])[A-Za-z_]\w*", RegexOptions.None, 1000)]
    private static partial Regex Name();
}
