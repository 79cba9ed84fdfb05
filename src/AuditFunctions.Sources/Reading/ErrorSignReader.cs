using AuditFunctions.Configuration;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Requests;

namespace AuditFunctions.Sources.Reading;

/// <summary>Reads what of an answer a rule looks at: <c>path</c> or <c>header</c>, with <c>is</c> or <c>isNot</c>.</summary>
internal static class ErrorSignReader
{
    /// <summary>Reads it; null when the rule looks at the status alone.</summary>
    public static ErrorSign? Read(SettingReader rule)
    {
        var (path, header, value, other) = (rule.Text("path"), HeaderName.Of(rule, "header"), rule.Text("is"), rule.Text("isNot"));
        if (path is not null && string.IsNullOrWhiteSpace(path))
        {
            rule.Problems.Add(rule.At("path"), SettingReader.Missing);
        }

        if (path is not null && header is not null)
        {
            rule.Problems.Add(rule.At("header"), "stands beside 'path': a rule looks at the body or at a header, in one of them.");
        }

        foreach (var key in (string[])["is", "isNot"])
        {
            if (rule.Has(key) && !rule.Has("path") && !rule.Has("header"))
            {
                rule.Problems.Add(rule.At(key), "needs a 'path' or a 'header': where the value stands in the answer.");
            }
        }

        if (value is not null && other is not null)
        {
            rule.Problems.Add(rule.At("isNot"), "stands beside 'is': one of them says which values count.");
        }

        return path is null && header is null ? null : new ErrorSign(header is null ? path : null, header, value, other);
    }
}
