using System.Text.Json;
using AuditFunctions.Operations.Contracts;
using AuditFunctions.Sources.Processors.Map;
using AuditFunctions.Sources.Processors.Map.Schemas;
using AuditFunctions.Sources.Templates;
using AuditFunctions.Tests.Contracts;
using AuditFunctions.Tests.Events;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Sources.Processors.Mapping;

/// <summary>Every shipped mapping gives events that its schema accepts.</summary>
public sealed class ShippedMappingTests
{
    public static TheoryData<string, string> All()
    {
        var all = new TheoryData<string, string>();
        foreach (var template in MappingCatalog.Templates)
        {
            MappingCatalog.Schemas.ToList().ForEach(schema => all.Add(template, schema));
        }

        return all;
    }

    public static TheoryData<string> WithContract() => [.. MappingCatalog.Templates.Intersect(TemplateContractTests.Contracts)];

    [Fact]
    public void Each_belongs_to_a_template_and_there_is_one_for_each_schema() => Assert.All(MappingCatalog.Templates, template =>
    {
        Assert.NotNull(new TemplateCatalog().Find(template));
        Assert.Equal(MappingCatalog.Schemas, MappingCatalog.Of(template));
    });

    [Theory]
    [MemberData(nameof(All))]
    public void Each_rule_is_met_by_a_sample_and_gives_a_valid_event(string template, string schema)
    {
        var definition = Mapped.Shipped(template, schema);
        var samples = Mapped.Samples(template);
        if (samples.Length == 0)
        {
            // Its events are those of another template, whose samples are checked.
            Assert.Contains(MappingCatalog.Templates, other => other != template && Mapped.Samples(other).Length > 0 && definition.Rules.Count == Mapped.Shipped(other, schema).Rules.Count);
            return;
        }

        var rules = samples.Select(sample => Check(definition, schema, sample)).ToHashSet();
        var last = schema == "ocsf" || definition.Rules.Count == 1 ? definition.Rules.Count : definition.Rules.Count - 1;
        Assert.Subset(rules, Enumerable.Range(0, last).ToHashSet());
    }

    [Theory]
    [MemberData(nameof(WithContract))]
    public async Task Each_event_of_a_contract_becomes_a_valid_event(string template)
    {
        var run = await ContractRun.RunAsync(TemplateContractTests.Read(template));
        ReplayedEvent[] events = [.. run.Polls.SelectMany(poll => poll.Timed)];
        Assert.NotEmpty(events);
        foreach (var schema in MappingCatalog.Schemas)
        {
            var definition = Mapped.Shipped(template, schema);
            Assert.All(events, one => Check(definition, schema, one.Json, one.Time));
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void No_event_makes_it_invalid(string template, string schema)
    {
        var definition = Mapped.Shipped(template, schema);
        var samples = Mapped.Samples(template);
        Law.ForSeeds(10, random =>
        {
            Check(definition, schema, System.Text.Encoding.UTF8.GetString(new SomePages(random.Next()).Good()));
            foreach (var sample in samples)
            {
                Check(definition, schema, Spoilt(sample, random));
            }
        });
    }

    /// <summary>The numbers are those of OCSF's object auth_factor (ocsf/ocsf-schema, read 2026-11-28).</summary>
    [Theory]
    [InlineData("sms_passcode", 1)]
    [InlineData("phone_call", 3)]
    [InlineData("duo_push", 5)]
    [InlineData("hardware_token", 6)]
    [InlineData("duo_mobile_passcode", 7)]
    [InlineData("u2f_token", 9)]
    [InlineData("WebAuthn Security Key", 10)]
    [InlineData("bypass_code", 99)]
    public void A_factor_of_duo_has_the_number_of_its_kind(string factor, int kind)
    {
        var json = $$$"""{"txid":"t1","result":"success","factor":"{{{factor}}}","user":{"key":"u","name":"anna"},"access_device":{"ip":"192.0.2.1"},"event_type":"authentication"}""";
        var mapped = JsonDocument.Parse(Mapped.Write(Mapped.Shipped("duo-authentication", "ocsf"), json, Mapped.Time).Json).RootElement;
        Assert.Equal(kind, mapped.GetProperty("auth_factors")[0].GetProperty("factor_type_id").GetInt32());
    }

    private static int Check(MapDefinition definition, string schema, string json, DateTimeOffset? time = null)
    {
        var (rule, mapped) = Mapped.Write(definition, json, time ?? Mapped.Time);
        Assert.True(rule >= 0, json);
        var wrong = SchemaCheck.Of(Schema.Of(schema), mapped);
        Assert.True(wrong.Count == 0, $"{string.Join("; ", wrong)}\n{mapped}");
        var root = JsonDocument.Parse(mapped).RootElement;
        Assert.Equal(json, (schema == "ocsf" ? root.GetProperty("raw_data") : root.GetProperty("event").GetProperty("original")).GetString());
        return rule;
    }

    // One value of the event becomes another kind.
    private static string Spoilt(string sample, Random random)
    {
        string[] others = ["null", "\"\"", "[]", "{}", "12", "-1.5e300", "true", "\"999.1.1.1\"", "[[1],{\"a\":2}]", "\"x\\u0000\\\"y\"", "12345678901234567890123"];
        var values = System.Text.RegularExpressions.Regex.Matches(sample, "(?<=:)(?:\"[^\"]*\"|[0-9]+|\\{|\\[|null)", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(5));
        var chosen = values[random.Next(values.Count)];
        var end = AuditFunctions.Events.JsonExtent.EndOf(System.Text.Encoding.UTF8.GetBytes(sample), chosen.Index);
        return sample[..chosen.Index] + others[random.Next(others.Length)] + sample[end..];
    }
}
