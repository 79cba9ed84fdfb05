using System.Text.RegularExpressions;
using System.Xml.Linq;
using AuditFunctions.Tests.Docs;

namespace AuditFunctions.Tests.Architecture;

/// <summary>The projects under <c>src</c> and their files, as they are written.</summary>
internal static partial class SourceTree
{
    private static readonly string Root = Path.Combine(DocsPage.Root, "src");

    /// <summary>Every project, and those that it refers to, in order.</summary>
    public static IReadOnlyDictionary<string, string> References { get; } = Directory.GetDirectories(Root)
        .Select(folder => Path.GetFileName(folder)!)
        .Where(project => File.Exists(ProjectFile(project)))
        .ToDictionary(project => project, ReferencesOf, StringComparer.Ordinal);

    /// <summary>Lines of each source file, those of <c>Name.Part.cs</c> counted to <c>Name</c> beside it; by path under <c>src</c>, without ending.</summary>
    public static IReadOnlyDictionary<string, int> Lines { get; } = References.Keys
        .SelectMany(FilesOf)
        .GroupBy(file => WithoutEnding(file.Name), file => File.ReadLines(file.File).Count(), StringComparer.Ordinal)
        .ToDictionary(files => files.Key, files => files.Sum(), StringComparer.Ordinal);

    /// <summary>The name of a project's assembly.</summary>
    public static string AssemblyOf(string project) => project == "AuditFunctions.Cli" ? "auditfn" : project;

    /// <summary>By project, every word that stands in its source files.</summary>
    public static IReadOnlyDictionary<string, HashSet<string>> Words { get; } = References.Keys.ToDictionary(
        project => project,
        project => FilesOf(project).SelectMany(file => Word().Matches(File.ReadAllText(file.File)).Select(word => word.Value)).ToHashSet(StringComparer.Ordinal),
        StringComparer.Ordinal);

    private static IEnumerable<(string Name, string File)> FilesOf(string project) => Directory.GetFiles(Path.Combine(Root, project), "*.cs", SearchOption.AllDirectories)
        .Select(file => (Name: Path.GetRelativePath(Root, file).Replace('\\', '/'), File: file))
        .Where(file => !file.Name.Contains("/obj/", StringComparison.Ordinal) && !file.Name.Contains("/bin/", StringComparison.Ordinal));

    [GeneratedRegex(@"[A-Z]\w+", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Word();

    private static string ProjectFile(string project) => Path.Combine(Root, project, project + ".csproj");

    private static string ReferencesOf(string project) => string.Join(", ", XDocument.Load(ProjectFile(project)).Descendants("ProjectReference")
        .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')).Replace("AuditFunctions.", "", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal));

    private static string WithoutEnding(string name)
    {
        var start = name.LastIndexOf('/') + 1;
        return name[..name.IndexOf('.', start)];
    }
}
