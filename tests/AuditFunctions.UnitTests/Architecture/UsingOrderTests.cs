using AuditFunctions.Tests.Docs;

namespace AuditFunctions.Tests.Architecture;

/// <summary>The order of using directives, as <c>dotnet format</c> writes it: the one thing of the style that no build checks.</summary>
public sealed class UsingOrderTests
{
    [Fact]
    public void Usings_of_a_file_stand_in_order_System_first()
    {
        var files = Files().Select(file => (Name: file, Lines: UsingsOf(File.ReadLines(file)))).ToArray();

        // Or the files were not found.
        Assert.Contains(files, file => file.Lines.Count > 1);
        Assert.Empty(files.Where(file => !IsInOrder(file.Lines)).Select(file => Path.GetRelativePath(DocsPage.Root, file.Name)));
    }

    [Theory]
    [InlineData(true, "using System;", "using System.Text;", "using Azure;", "using Azure.Core;", "using static System.Math;", "using Date = System.DateTime;")]
    [InlineData(true, "using System.Net;", "using System.Net.Http;", "using System.Net2;", "using AuditFunctions;")]
    [InlineData(false, "using Azure;", "using System;")]
    [InlineData(false, "using System.Text;", "using System.IO;")]
    [InlineData(false, "using static System.Math;", "using System;")]
    [InlineData(false, "using Date = System.DateTime;", "using static System.Math;")]
    public void Order_is_seen(bool inOrder, params string[] lines) => Assert.Equal(inOrder, IsInOrder(lines));

    private static IEnumerable<string> Files() => new[] { "src", "tests" }
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(DocsPage.Root, folder), "*.cs", SearchOption.AllDirectories))
        .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin"));

    private static IReadOnlyList<string> UsingsOf(IEnumerable<string> lines) =>
        [.. lines.TakeWhile(line => !line.StartsWith("namespace ", StringComparison.Ordinal))
            .Where(line => line.StartsWith("using ", StringComparison.Ordinal) && line.EndsWith(';') && !line.Contains('('))];

    private static bool IsInOrder(IReadOnlyList<string> lines) =>
        lines.SequenceEqual(lines.OrderBy(Group).ThenBy(line => Name(line).Replace('.', '\0'), StringComparer.OrdinalIgnoreCase));

    private static int Group(string line) => line switch
    {
        _ when line.Contains('=') => 3,
        _ when line.StartsWith("using static ", StringComparison.Ordinal) => 2,
        _ when Name(line) == "System" || Name(line).StartsWith("System.", StringComparison.Ordinal) => 0,
        _ => 1,
    };

    private static string Name(string line) => line["using ".Length..].TrimEnd(';').Replace("static ", "", StringComparison.Ordinal).Trim();
}
