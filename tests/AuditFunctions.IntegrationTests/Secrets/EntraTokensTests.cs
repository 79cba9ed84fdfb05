using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Http.Tokens;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Support;
using Microsoft.Extensions.Configuration;

namespace AuditFunctions.Tests.Secrets;

/// <summary>Tokens from a real token endpoint on loopback.</summary>
public sealed class EntraTokensTests
{
    private static readonly EntraToken Own = new("https://monitor.azure.com/.default", null);

    [Fact]
    public async Task Token_is_remembered_and_renewed_shortly_before_its_end()
    {
        var (time, siem, tokens) = await StartAsync();
        await using var _ = siem;
        Assert.Equal("sandbox-token", (await GetAsync(tokens)).Reveal());
        time.Advance(TimeSpan.FromMinutes(54));
        await GetAsync(tokens);
        Assert.Equal((1, "https://monitor.azure.com", null), (siem.Identity.Requests, siem.Identity.Resource, siem.Identity.ClientId));
        siem.Identity.Token = "second";
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("second", (await GetAsync(tokens)).Reveal());
    }

    [Fact]
    public async Task Many_at_once_ask_once_and_each_identity_for_itself()
    {
        var (_, siem, tokens) = await StartAsync();
        await using var stop = siem;
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => GetAsync(tokens)));
        Assert.Equal(1, siem.Identity.Requests);
        await tokens.GetAsync(Own with { ClientId = "another" }, SecretRead.Cached, Stage.Deadline());
        Assert.Equal((2, "another"), (siem.Identity.Requests, siem.Identity.ClientId));
    }

    [Fact]
    public async Task Refused_token_is_asked_for_anew_but_not_again_and_again()
    {
        var (time, siem, tokens) = await StartAsync();
        await using var _ = siem;
        await GetAsync(tokens);
        await GetAsync(tokens, SecretRead.Fresh);
        Assert.Equal(1, siem.Identity.Requests);
        time.Advance(TimeSpan.FromSeconds(11));
        siem.Identity.Token = "second";
        Assert.Equal("second", (await GetAsync(tokens, SecretRead.Fresh)).Reveal());
    }

    [Fact]
    public async Task Refused_token_that_was_asked_for_while_the_clock_ran_ahead_is_asked_for_anew()
    {
        var (time, siem, tokens) = await StartAsync();
        await using var _ = siem;
        time.Advance(TimeSpan.FromDays(1));
        await GetAsync(tokens);
        time.SetBack(TimeSpan.FromDays(1));
        siem.Identity.Token = "second";
        Assert.Equal("second", (await GetAsync(tokens, SecretRead.Fresh)).Reveal());
    }

    [Fact]
    public async Task Trouble_in_renewing_harms_nobody_while_the_token_is_good_and_says_what_to_do_after_that()
    {
        var (time, siem, tokens) = await StartAsync();
        await using var _ = siem;
        await GetAsync(tokens);
        siem.Identity.IsWell = false;
        time.Advance(TimeSpan.FromMinutes(56));
        Assert.Equal("sandbox-token", (await GetAsync(tokens)).Reveal());
        Assert.Equal("sandbox-token", (await GetAsync(tokens)).Reveal());
        Assert.Equal(2, siem.Identity.Requests);
        time.Advance(TimeSpan.FromMinutes(5));
        var exception = await Assert.ThrowsAsync<SecretException>(() => GetAsync(tokens));
        Assert.Equal(
            "No token for https://monitor.azure.com/.default: the app's identity could not sign in (AuthenticationFailedException). Check that the managed identity exists and is assigned to the app, or sign in with the Azure CLI when you run locally.",
            exception.Message);
        siem.Identity.IsWell = true;
        Assert.Equal("sandbox-token", (await GetAsync(tokens)).Reveal());
    }

    private static async Task<SecretText> GetAsync(EntraTokens tokens, SecretRead read = SecretRead.Cached) => await tokens.GetAsync(Own, read, Stage.Deadline());

    private static async Task<(ManualTime Time, SandboxSiem Siem, EntraTokens Tokens)> StartAsync()
    {
        var time = new ManualTime();
        var siem = await SandboxSiem.StartAsync(new SandboxSiemOptions { Time = time }, Stage.Deadline());
        siem.Identity.Lifetime = TimeSpan.FromHours(1);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection().Build();
        LoopbackIdentity.Use(configuration, siem);
        return (time, siem, new EntraTokens(LoopbackIdentity.Of(configuration), time));
    }
}
