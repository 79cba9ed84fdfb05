using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;

namespace AuditFunctions.Sources.Reading;

/// <summary>Reads <c>baseUrl</c>: from the row's column, else from the template.</summary>
internal static class BaseUrlReader
{
    private const string Missing = "https://missing.invalid";

    /// <summary>The address below which the vendor's requests are, as a text with placeholders of partitions.</summary>
    /// <param name="reader">Whose key it is.</param>
    /// <param name="columns">The row, whose column wins; null where only the key counts.</param>
    public static string Read(SettingReader reader, RowColumns? columns)
    {
        var own = columns?.Text(SourceColumns.BaseUrl);
        var key = own is null ? reader.At("baseUrl") : SourceColumns.BaseUrl;
        var template = own is null ? reader.Template("baseUrl") : SettingReader.Template(new SettingText(0, own, Plain: false), key, reader.Problems);
        reader.Node("baseUrl");
        if (template is null || template.Parts.Count == 0)
        {
            reader.Problems.Add(reader.At("baseUrl"), "is missing.");
            return Missing;
        }

        var captured = own is null && template.Parts[0].Name is { } first && RunPlaceholders.CaptureOf(first) is not null ? template.Parts[0] : null;
        if (template.Parts.FirstOrDefault(part => part != captured && part.Name is { } name && RunPlaceholders.LevelOf(name) is null) is { } other)
        {
            reader.Problems.Add(key, $"uses '{other.Text}'; only levels of partitions may stand here, and at its start an address that a step captured.");
            return Missing;
        }

        // A value of a partition is one label of a host, or one segment of a path: any will do to see what is wrong.
        var sample = template.Render(part => part == captured ? "https://x.example" : "x")!;
        if (HttpsUrl.WhatIsWrong(sample) is { } wrong)
        {
            reader.Problems.Add(key, wrong);
            return Missing;
        }

        if (sample.Contains('?', StringComparison.Ordinal) || sample.Contains('#', StringComparison.Ordinal))
        {
            reader.Problems.Add(key, "must not hold a query or fragment.");
        }

        var text = template.ToString();
        if (HttpsUrl.OriginOf(text) is var host && host.LastIndexOf('}') is >= 0 and var end && !host.AsSpan(end).Contains('.'))
        {
            reader.Problems.Add(key, "must say itself in which domain the hosts are, such as https://audit.{partition.region}.example.com.");
        }

        return text;
    }
}
