using System.Text;
using System.Text.Json;
using AuditFunctions.Events;
using AuditFunctions.Sources.Processors;
using AuditFunctions.Sources.Processors.Subjects;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Sources.Processors;

/// <summary>Values that are encrypted by subject: restored exactly with his key, and with no other.</summary>
public sealed class EncryptSubjectTests
{
    private const string Yaml = "[ { action: encrypt-subject, subject: user, paths: [user, '**.secret'], key: secret:subjects } ]";

    [Fact]
    public void A_value_is_restored_as_it_stood_whatever_kind_it_is_of()
    {
        string[] values = ["\"a\\u0062 \\\"c\\\"\"", "12345678901234567890", "-1.50", "true", "{ \"b\" : [1, 2] }", "[]"];
        foreach (var value in values)
        {
            var after = Assert.Single(Lists.Apply(Yaml, $$"""{"id":"1","user":"anna","secret":{{value}}}""").After);
            Assert.Equal(value, Decrypt(Field(after, "secret"), "anna"));
            Assert.Null(Decrypt(Field(after, "secret"), "ben"));
            Assert.Equal("\"anna\"", Decrypt(Field(after, "user"), "anna"));
        }
    }

    [Fact]
    public void Equal_values_look_equal_only_at_one_path_of_one_event_and_the_same_event_gives_the_same_bytes()
    {
        const string Event = """{"id":"1","user":"anna","secret":"anna"}""";
        var first = Lists.Apply(Yaml, Event).After[0];
        Assert.Equal(first, Lists.Apply(Yaml, Event).After[0]);
        var other = Lists.Apply(Yaml, Event.Replace("\"1\"", "\"2\"", StringComparison.Ordinal)).After[0];
        Assert.Equal(4, new[] { Field(first, "user"), Field(first, "secret"), Field(other, "user"), Field(other, "secret") }.Distinct().Count());

        // The tag says that they are of one subject.
        Assert.Equal(SubjectText.Read(Field(first, "user"))!.Tag, SubjectText.Read(Field(other, "secret"))!.Tag);
    }

    [Fact]
    public void What_was_changed_is_not_restored()
    {
        var text = Field(Lists.Apply(Yaml, """{"id":"1","user":"anna","secret":"x"}""").After[0], "secret");
        foreach (var changed in new[] { text.Replace(":1:", ":2:", StringComparison.Ordinal), text[..^2] + (text[^2] == 'A' ? 'B' : 'A') + text[^1], text[..^8] })
        {
            Assert.NotEqual(text, changed);
            Assert.Null(Decrypt(changed, "anna"));
        }
    }

    [Fact]
    public void An_event_without_a_subject_and_one_of_somebody_who_was_forgotten_show_nothing_either()
    {
        var after = Lists.Apply(Yaml, """{"id":"1","secret":"x"}""", """{"id":"2","user":"carl","secret":"x","n":1}""", """{"id":"3","user":null,"secret":""}""").After;
        Assert.Equal("\"x\"", Decrypt(Field(after[0], "secret"), ""));
        Assert.Equal("""{"id":"2","user":"enc:forgotten","secret":"enc:forgotten","n":1}""", after[1]);
        Assert.Equal("""{"id":"3","user":null,"secret":""}""", after[2]);
    }

    [Fact]
    public void Without_the_data_key_the_event_is_withheld_whatever_the_policy()
    {
        var list = Lists.Read("{ onError: pass, list: " + Yaml + " }");
        var subjects = new PageSubjects();
        var means = new ProcessorMeans(list.Secrets.ToDictionary(name => name, _ => "k"u8.ToArray()), new Dictionary<AuditFunctions.Sources.Processors.Files.LookupFile, AuditFunctions.Sources.Processors.Files.LoadedLookup>()) { Clock = TimeProvider.System, Subjects = subjects };
        var applied = new Applied();
        using var run = list.Start("eu", means);
        applied.Begin("");
        run.Apply("""{"user":"anna","secret":"x"}"""u8, [], EventKey.FromContent("x"u8, 0), null, applied);
        Assert.Equal("""{"auditfunctions_withheld":"1-encrypt-subject","bytes":28}""", Assert.Single(applied.After));
        Assert.Single(subjects.Wanted);
    }

    [Fact]
    public void Names_in_other_case_are_one_subject_only_when_that_is_said()
    {
        string[] events = ["""{"id":"1","user":"Anna"}""", """{"id":"2","user":"anna"}"""];
        Assert.Equal(2, Tags(Lists.Apply(Yaml, events)).Distinct().Count());
        Assert.Single(Tags(Lists.Apply(Yaml.Replace("key:", "ignoreCase: true, key:", StringComparison.Ordinal), events)).Distinct());
        static IEnumerable<string> Tags(Applied applied) => applied.After.Select(text => SubjectText.Read(Field(text, "user"))!.Tag);
    }

    [Fact]
    public void A_second_entry_must_not_take_an_encrypted_value_for_a_subject() =>
        Assert.Equal(
            ["processors[1].subject (line 1): is 'user', which an entry before this one encrypts: name all paths of a subject in one entry."],
            Lists.ProblemsOf("[ { action: encrypt-subject, subject: user, paths: [user], key: secret:k }, { action: encrypt-subject, subject: user, paths: [ip], key: secret:k } ]"));

    [Fact]
    public void Any_values_under_any_names_come_back() => Law.ForSeeds(200, random =>
    {
        var name = new string([.. Enumerable.Range(0, random.Next(1, 20)).Select(_ => (char)random.Next(32, 0x3000))]);
        var value = JsonSerializer.Serialize(new string([.. Enumerable.Range(0, random.Next(1, 200)).Select(_ => (char)random.Next(32, 0x3000))]));
        var after = Lists.Apply(Yaml, $$"""{"id":"{{random.Next()}}","user":{{JsonSerializer.Serialize(name)}},"secret":{{value}}}""").After[0];
        Assert.Equal(value, Decrypt(Field(after, "secret"), name));
    });

    private static string Field(string json, string name)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.GetProperty(name).GetString()!;
    }

    private static string? Decrypt(string text, string name)
    {
        var id = SubjectId.Of(new("subjects"), "key of subjects"u8.ToArray(), name, ignoreCase: false);
        return SubjectText.Read(text) is { } read && new SubjectKey(Encoding.UTF8.GetBytes($"data key of {id.Hash}")).Decrypt(read) is { } json ? Encoding.UTF8.GetString(json) : null;
    }
}
