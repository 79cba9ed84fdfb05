using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Hosting.Secrets;
using AuditFunctions.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace AuditFunctions.Tests.Secrets;

public sealed class SecretTests
{
    private static readonly SecretName Name = new("okta-prod");

    [Theory]
    [InlineData("secret:okta-prod", "okta-prod")]
    [InlineData("  secret:A1 ", "A1")]
    [InlineData("secret:", null)]
    [InlineData("secret:a b", null)]
    [InlineData("secret:a_b", null)]
    [InlineData("secret:é", null)]
    [InlineData("Secret:a", null)]
    [InlineData("okta-prod", null)]
    public void Reference(string text, string? expected) =>
        Assert.Equal(expected, SecretName.TryParse(text, out var name) ? name.Value : null);

    [Fact]
    public void Reference_is_as_long_as_a_vault_allows()
    {
        Assert.True(SecretName.TryParse("secret:" + new string('a', 127), out _));
        Assert.False(SecretName.TryParse("secret:" + new string('a', 128), out _));
    }

    [Fact]
    public void Value_is_shown_by_nothing_but_reveal()
    {
        var secret = new SecretText("hunter2");
        Assert.Equal("(secret) (secret) hunter2", $"{secret} {secret.ToString()} {secret.Reveal()}");
        Assert.Equal("{}", System.Text.Json.JsonSerializer.Serialize(secret));
        Assert.True(secret.SameAs(new SecretText("hunter2")) && !secret.SameAs(null) && !secret.SameAs(new SecretText("Hunter2")));
    }

    [Fact]
    public async Task Settings_hold_a_secret_under_its_name_in_capitals_and_a_missing_one_is_named()
    {
        Assert.Equal("AUDIT_SECRET_OKTA_PROD", SettingsSecretReader.SettingOf(Name));
        var settings = Settings(("AUDIT_SECRET_OKTA_PROD", "hunter2"), ("AUDIT_SECRET_EMPTY", ""));
        var reader = new SettingsSecretReader(settings);
        Assert.Equal("hunter2", (await reader.ReadAsync(Name, default)).Reveal());
        foreach (var missing in new[] { "empty", "other" })
        {
            var thrown = await Assert.ThrowsAsync<SecretException>(() => reader.ReadAsync(new SecretName(missing), default));
            Assert.Equal(
                $"The secret 'secret:{missing}' is not set: give it in the environment variable or local setting AUDIT_SECRET_{missing.ToUpperInvariant()}, or name a vault in Secrets__VaultUri.",
                thrown.Message);
        }
    }

    [Fact]
    public async Task Value_is_remembered_for_the_time_that_is_set_and_read_again_when_it_was_refused_but_not_at_every_refusal()
    {
        var time = new ManualTime();
        var settings = Settings(("AUDIT_SECRET_OKTA_PROD", "one"));
        var cache = new SecretCache(new SettingsSecretReader(settings), Options.Create(new SecretOptions { CacheDuration = TimeSpan.FromMinutes(10) }), time);
        Assert.Equal("one", await GetAsync(SecretRead.Cached));
        settings["AUDIT_SECRET_OKTA_PROD"] = "two";
        time.Advance(ISecretStore.FreshFor - TimeSpan.FromTicks(1));
        Assert.Equal("one", await GetAsync(SecretRead.Fresh));
        time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal("one", await GetAsync(SecretRead.Cached));
        Assert.Equal("two", await GetAsync(SecretRead.Fresh));
        Assert.Equal("two", await GetAsync(SecretRead.Cached));

        settings["AUDIT_SECRET_OKTA_PROD"] = "three";
        time.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromTicks(1));
        Assert.Equal("two", await GetAsync(SecretRead.Cached));
        time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal("three", await GetAsync(SecretRead.Cached));

        async Task<string> GetAsync(SecretRead read) => (await cache.GetAsync(Name, read, default)).Reveal();
    }

    [Fact]
    public async Task A_clock_that_was_put_back_does_not_keep_the_old_value()
    {
        var time = new MovedClock("2026-01-02T00:00:00Z");
        var settings = Settings(("AUDIT_SECRET_OKTA_PROD", "one"));
        var cache = new SecretCache(new SettingsSecretReader(settings), Options.Create(new SecretOptions()), time);
        Assert.Equal("one", (await cache.GetAsync(Name, SecretRead.Cached, default)).Reveal());
        settings["AUDIT_SECRET_OKTA_PROD"] = "two";
        time.Now -= TimeSpan.FromDays(1);
        Assert.Equal("two", (await cache.GetAsync(Name, SecretRead.Fresh, default)).Reveal());
    }

    [Fact]
    public async Task Missing_secret_is_asked_for_again_each_time()
    {
        var settings = Settings();
        var cache = new SecretCache(new SettingsSecretReader(settings), Options.Create(new SecretOptions()), new ManualTime());
        await Assert.ThrowsAsync<SecretException>(async () => await cache.GetAsync(Name, SecretRead.Cached, default));
        settings["AUDIT_SECRET_OKTA_PROD"] = "now";
        Assert.Equal("now", (await cache.GetAsync(Name, SecretRead.Cached, default)).Reveal());
    }

    private static IConfigurationRoot Settings(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create<string, string?>(s.Key, s.Value))).Build();
}
