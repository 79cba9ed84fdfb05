using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Sources.Templates;

namespace AuditFunctions.Tests.Sources;

/// <summary>The contract of every shipped template, found through the catalog.</summary>
public sealed class TemplateConformanceTests
{
    private static readonly TemplateCatalog Catalog = new();

    public static TheoryData<string> Names() => [.. Catalog.Names];

    [Fact]
    public void The_catalog_holds_the_templates_of_this_version() =>
        Assert.Superset(
            new HashSet<string> { "github-enterprise-audit", "github-organization-audit", "http-json", "okta-system-log", "salesforce-setup-audit-trail" },
            new HashSet<string>(Catalog.Names));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_template_reads_with_its_example_values(string name)
    {
        var source = Pull.Define([("template", name), .. Examples(name)]);
        Assert.Equal((name, "acme"), (source.Template, source.Name));
        Assert.True(source.Reading.HasTime || source.Snapshot is not null, "Events have no time.");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_template_says_what_it_is_and_where_the_vendor_documents_it(string name)
    {
        var template = Catalog.Find(name)!;
        Assert.Equal(name, template.Name);
        Assert.NotEqual("", template.Vendor);
        Assert.NotEqual("", template.Title);
        Assert.Null(HttpsUrl.WhatIsWrong(template.Docs ?? ""));
        Assert.NotEmpty(template.Parameters);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_parameter_is_described_and_its_default_and_example_are_what_it_allows(string name)
    {
        var template = Catalog.Find(name)!;
        foreach (var parameter in template.Parameters)
        {
            Assert.True(parameter.Description.EndsWith('.') || parameter.Allowed.Count > 0, $"{parameter.Name}: '{parameter.Description}'");
            Assert.True(parameter.Example is not null || parameter.Secret || !parameter.Required || parameter.Default is not null, $"{parameter.Name} has no example.");
            Assert.True(parameter.Allowed.Count == 0 || parameter.Default is null || parameter.Allowed.Contains(parameter.Default), $"{parameter.Name}: default.");
            Assert.False(parameter is { Secret: true, Default: not null }, $"{parameter.Name}: a secret has no default.");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_parameter_is_used_and_every_placeholder_is_known(string name)
    {
        var template = Catalog.Find(name)!;
        var used = Texts(template.Definition).SelectMany(text => TextTemplate.Parse(text).Parts).Select(part => part.Name).OfType<string>().ToHashSet();
        Assert.Equal([], template.Parameters.Select(parameter => parameter.Name).Except(used));
        Assert.Equal([], used.Where(placeholder => !RunPlaceholders.IsKnown(placeholder)).Except(template.Parameters.Select(parameter => parameter.Name)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Only_a_checked_parameter_decides_which_host_is_asked(string name)
    {
        var template = Catalog.Find(name)!;
        var baseUrl = Assert.IsType<SettingText>(template.Definition["baseUrl"]).Value;
        foreach (var part in TextTemplate.Parse(baseUrl).Parts.Where(part => part.Name is { } known && RunPlaceholders.LevelOf(known) is null && RunPlaceholders.CaptureOf(known) is null))
        {
            var parameter = template.Parameters.Single(parameter => parameter.Name == part.Name);
            Assert.True(parameter.Type is ParameterType.Host or ParameterType.Url || parameter.Allowed.Count > 0, $"{parameter.Name} may be any text.");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_unknown_key_in_any_section_is_refused(string name)
    {
        var sections = Catalog.Find(name)!.Definition.Entries.Where(entry => entry.Value is SettingMap).Select(entry => entry.Key).Except(["partitions", "steps"]).ToArray(); // their keys are names
        Assert.NotEmpty(sections);
        foreach (var section in sections)
        {
            var problem = Assert.Single(Pull.ProblemsOf([("template", name), ("definition", $"{section}: {{ mistyped: x }}"), .. Examples(name)]));
            Assert.Matches($@"^{section}\.mistyped \(line 1\): is not known here; allowed: [\w, ]+\.$", problem);
        }

        var root = Assert.Single(Pull.ProblemsOf([("template", name), ("definition", "mistyped: x"), .. Examples(name)]));
        Assert.Matches(@"^mistyped \(line 1\): is not known here; allowed: auth, baseUrl, .*\.$", root);
    }

    // What a person would type first: the examples of what is required, and a reference for each secret.
    private static IEnumerable<(string, string?)> Examples(string name) =>
        Catalog.Find(name)!.Parameters
            .Where(parameter => parameter.Required || parameter.Name == "time")
            .Select(parameter => (parameter.Name, parameter.Secret ? "secret:any" : parameter.Example));

    private static IEnumerable<string> Texts(SettingNode node) => node switch
    {
        SettingText text => [text.Value],
        SettingList list => list.Items.SelectMany(Texts),
        SettingMap map => map.Entries.Where(entry => !SettingKeys.IsCode(map, entry.Key)).SelectMany(entry => Texts(entry.Value)),
        _ => [],
    };
}
