using AuditFunctions.Configuration;
using AuditFunctions.Sources.Catalogs;

namespace AuditFunctions.Tests.Sources;

/// <summary>The lists of what a definition may name.</summary>
public sealed class CatalogTests
{
    [Fact]
    public void A_name_that_is_used_twice_stops_the_start()
    {
        var exception = Assert.Throws<InvalidOperationException>(() => new Catalog<Word>("words", new Word("one"), new Word("two"), new Word("one")));
        Assert.Equal("Two entries of the catalog of words are named 'one'. Rename one of them.", exception.Message);
    }

    [Fact]
    public void The_first_entry_is_the_default_and_an_unknown_word_is_a_problem()
    {
        var catalog = new Catalog<Word>("words", new Word("one"), new Word("two"));
        var problems = new Problems();
        var reader = new SettingReader((SettingMap)SettingYaml.Read("a: two\nb: three", "f", problems)!, "", problems);
        Assert.Equal(("two", "one", "one"), (catalog.Read(reader, "a").Name, catalog.Read(reader, "b").Name, catalog.Read(reader, "c").Name));
        Assert.Equal("b (line 2): is 'three'; allowed: one, two.", Assert.Single(problems.Found).ToString());
    }

    [Fact]
    public void Nothing_is_asked_for_and_nothing_is_proved_by_default() =>
        Assert.Equal(("none", "none"), (PagingCatalog.Kinds.Names.First(), AuthCatalog.Schemes.Names.First()));

    private sealed record Word(string Name) : INamedEntry;
}
