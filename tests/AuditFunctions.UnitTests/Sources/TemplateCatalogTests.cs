using AuditFunctions.Sources.Templates;

namespace AuditFunctions.Tests.Sources;

/// <summary>What is near a name that no template has.</summary>
public sealed class TemplateCatalogTests
{
    [Theory]
    [InlineData("okta", "okta-system-log")]
    [InlineData("okta-systemlog", "okta-system-log")]
    [InlineData("github-audit", "github-enterprise-audit")]
    [InlineData("slack-audti", "slack-audit")]
    [InlineData("Zoom", "zoom-sign-ins")]
    [InlineData("octa", "okta-system-log")]
    [InlineData("crowdstrke", "crowdstrike-alerts")]
    [InlineData("fleet", "fleet-activities")]
    public void A_mistyped_name_finds_the_one_that_was_meant(string name, string meant) => Assert.Contains(meant, new TemplateCatalog().Near(name));

    [Theory]
    [InlineData("")]
    [InlineData("qqqqqqqq")]
    public void Nothing_is_near_what_is_like_nothing(string name) => Assert.Empty(new TemplateCatalog().Near(name));

    [Fact]
    public void A_word_that_is_nearly_one_of_a_name_counts_before_names_that_are_short() =>
        Assert.All(new TemplateCatalog().Near("octa"), name => Assert.StartsWith("okta-", name, StringComparison.Ordinal));

    [Fact]
    public void At_most_five_are_named() => Assert.Equal(5, new TemplateCatalog().Near("audit").Count);
}
