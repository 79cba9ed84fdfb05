using AuditFunctions.Sources.Templates;

namespace AuditFunctions.Operations.Adding;

/// <summary>Finds templates by what people call them.</summary>
public static class TemplateSearch
{
    /// <summary>Whether a template has every word of a text in its name, vendor, title or notes, whatever its case.</summary>
    public static bool Has(SourceTemplate template, string text) => HasAll(template, WordsOf(text));

    /// <summary>Those of which every word is in the name, vendor, title or notes; those that are called so before those that only mention it.</summary>
    public static IReadOnlyList<SourceTemplate> Find(TemplateCatalog catalog, string text)
    {
        var words = WordsOf(text);
        return
        [
            .. catalog.Names.Select(catalog.FindValid).OfType<SourceTemplate>()
                .Where(template => words.Length > 0 && HasAll(template, words))
                .OrderByDescending(template => words.Count(word => $"{template.Name} {template.Vendor}".Contains(word, StringComparison.OrdinalIgnoreCase)))
                .ThenBy(template => template.Name, StringComparer.Ordinal),
        ];
    }

    private static bool HasAll(SourceTemplate template, string[] words) => words.All(word =>
        new[] { template.Name, template.Vendor, template.Title, template.Notes ?? "" }.Any(part => part.Contains(word, StringComparison.OrdinalIgnoreCase)));

    private static string[] WordsOf(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
