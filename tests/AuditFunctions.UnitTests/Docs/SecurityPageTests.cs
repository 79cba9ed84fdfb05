using System.Text.RegularExpressions;

namespace AuditFunctions.Tests.Docs;

/// <summary>Proofs that a page names are there.</summary>
public sealed partial class SecurityPageTests
{
    [Theory]
    [InlineData("docs/security.md", 25)]
    [InlineData("docs/operating.md", 10)]
    [InlineData("docs/reliability.md", 10)]
    public void Tests_that_a_page_names_exist(string path, int least)
    {
        string[] tests = [.. Directory.EnumerateFiles(Path.Combine(DocsPage.Root, "tests"), "*Tests.cs", SearchOption.AllDirectories).Select(file => Path.GetFileNameWithoutExtension(file))];
        string[] named = [.. TestName().Matches(DocsPage.Read(path).Text).Select(match => match.Groups["name"].Value).Distinct(StringComparer.Ordinal)];
        Assert.True(named.Length >= least, $"{path} names {named.Length} tests only");
        Assert.Empty(named.Except(tests, StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("docs/security.md", 10)]
    [InlineData("docs/operating.md", 1)]
    public void Files_that_a_page_names_exist(string path, int least)
    {
        string[] named = [.. FileName().Matches(DocsPage.Read(path).Text).Select(match => match.Groups["path"].Value).Distinct(StringComparer.Ordinal)];
        Assert.True(named.Length >= least, $"{path} names {named.Length} files only");
        string[] missing = [.. named.Where(file => !Path.Exists(Path.Combine(DocsPage.Root, file)))];
        Assert.Empty(missing);
    }

    [Theory]
    [InlineData("infra/container/Dockerfile", "USER $APP_UID")]
    [InlineData("infra/container/compose.yaml", "read_only: true")]
    [InlineData("infra/container/compose.yaml", "cap_drop: [\"ALL\"]")]
    [InlineData("infra/container/compose.yaml", "security_opt: [\"no-new-privileges:true\"]")]
    [InlineData("infra/kubernetes/auditfunctions.yaml", "runAsNonRoot: true")]
    [InlineData("infra/kubernetes/auditfunctions.yaml", "runAsUser: 1654")]
    [InlineData("infra/kubernetes/auditfunctions.yaml", "readOnlyRootFilesystem: true")]
    [InlineData("infra/kubernetes/auditfunctions.yaml", "allowPrivilegeEscalation: false")]
    [InlineData("infra/kubernetes/auditfunctions.yaml", "except: [\"169.254.169.254/32\"]")]
    public void Containers_are_as_the_page_says(string file, string line) =>
        Assert.Contains(line, File.ReadLines(Path.Combine(DocsPage.Root, file)).Select(text => text.Trim()));

    [GeneratedRegex("`(?<name>[A-Z][A-Za-z]+Tests)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TestName();

    [GeneratedRegex("`(?<path>(infra|src|templates|tests|docs|Directory|BannedSymbols)[A-Za-z0-9_./-]*[./][A-Za-z0-9_./-]*)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FileName();
}
