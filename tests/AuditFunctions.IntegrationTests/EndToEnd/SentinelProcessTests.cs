using AuditFunctions.Sandbox;

namespace AuditFunctions.Tests.EndToEnd;

/// <summary>Whole <c>auditfn</c> processes that send to Azure Monitor's stand-in with the token of a managed identity, asked for by Azure.Identity itself.</summary>
public sealed class SentinelProcessTests
{
    private static CancellationToken Patience => new CancellationTokenSource(TimeSpan.FromMinutes(10)).Token;

    [Fact]
    public async Task Identity_of_the_process_delivers_every_event_once_and_passes_the_test_of_the_destination()
    {
        await using var vendor = await SandboxVendor.StartAsync(new SandboxVendorOptions { Events = 3_000 }, Patience);
        await using var siem = await SandboxSiem.StartAsync(new SandboxSiemOptions { Faults = new FaultPlan(3).Share(0.3, LogsFault.Unavailable) }, Patience);
        await using var installation = await Installation.CreateAsync();
        await AddSentinelAsync(installation, siem, ("clientId", "11111111-2222-3333-4444-555555555555"));
        await installation.AddOktaAsync("okta-prod", vendor.BaseUrl, "sentinel");

        await using var run = AuditfnProcess.Start(Environment(installation, siem), "run", "--until-idle");
        var end = await run.EndAsync(Patience);

        Assert.True(end.ExitCode == 0, end.Error);
        Assert.Equal((3_000, 0L), (siem.Received, siem.Duplicates));
        Assert.Equal(("https://monitor.azure.com", "11111111-2222-3333-4444-555555555555"), (siem.Identity.Resource, siem.Identity.ClientId));
        Assert.DoesNotContain(siem.Identity.Token, end.Output + end.Error, StringComparison.Ordinal);
        Assert.Empty(siem.DroppedColumns);

        siem.Faults.Clear();
        await using var test = AuditfnProcess.Start(Environment(installation, siem), "destinations", "test", "sentinel");
        var tested = await test.EndAsync(Patience);
        Assert.True(tested.ExitCode == 0, tested.Error);
        Assert.Contains("health: healthy", tested.Output, StringComparison.Ordinal);
        Assert.Contains("took the marked event", tested.Output, StringComparison.Ordinal);
        Assert.Equal(3_001, siem.Received);
    }

    [Fact]
    public async Task Test_of_a_destination_whose_role_is_missing_says_which_one()
    {
        await using var siem = await SandboxSiem.StartAsync(new SandboxSiemOptions { Faults = new FaultPlan().Next(9, LogsFault.RoleMissing) }, Patience);
        await using var installation = await Installation.CreateAsync();
        await AddSentinelAsync(installation, siem);

        await using var test = AuditfnProcess.Start(Environment(installation, siem), "destinations", "test", "sentinel");
        var (exitCode, _, error) = await test.EndAsync(Patience);

        Assert.Equal(1, exitCode);
        Assert.Contains("Give the app's identity the role 'Monitoring Metrics Publisher' on the data collection rule", error, StringComparison.Ordinal);
        Assert.Null(siem.Identity.ClientId);
    }

    [Fact]
    public async Task Doctor_names_the_role_that_is_missing_and_the_command_that_gives_it()
    {
        await using var siem = await SandboxSiem.StartAsync(new SandboxSiemOptions(), Patience);
        await using var installation = await Installation.CreateAsync();
        await AddSentinelAsync(installation, siem, ("clientId", "11111111-2222-3333-4444-555555555555"));

        await using var well = AuditfnProcess.Start(Environment(installation, siem), "doctor");
        var (exitCode, output, error) = await well.EndAsync(Patience);
        Assert.True(exitCode == 0, output + error);
        Assert.Contains("ok       destination 'sentinel': says that it is well", output, StringComparison.Ordinal);
        Assert.Equal(0, siem.Received);

        siem.Faults.Next(9, LogsFault.RoleMissing);
        await using var refused = AuditfnProcess.Start(Environment(installation, siem), "doctor");
        (exitCode, output, _) = await refused.EndAsync(Patience);
        Assert.Equal(1, exitCode);
        Assert.Contains(
            "$ az role assignment create --role \"Monitoring Metrics Publisher\" --assignee 11111111-2222-3333-4444-555555555555 --scope "
            + "\"$(az monitor data-collection rule list --query \"[?immutableId=='dcr-00000000000000000000000000000001'].id\" --output tsv)\"\n",
            output,
            StringComparison.Ordinal);
        Assert.DoesNotContain(siem.Identity.Token, output, StringComparison.Ordinal);
    }

    private static Task AddSentinelAsync(Installation installation, SandboxSiem siem, params (string Column, string Value)[] more) =>
        installation.AddDestinationAsync(
            "sentinel",
            [("type", "sentinel"), ("url", siem.BaseUrl.AbsoluteUri), ("ruleId", "dcr-00000000000000000000000000000001"), ("stream", "Custom-AuditFunctions_CL"), .. more]);

    // As a function app finds its identity.
    private static IEnumerable<KeyValuePair<string, string?>> Environment(Installation installation, SandboxSiem siem) =>
    [
        .. installation.Environment,
        KeyValuePair.Create<string, string?>("IDENTITY_ENDPOINT", new Uri(siem.BaseUrl, SiemIdentity.Path).AbsoluteUri),
        KeyValuePair.Create<string, string?>("IDENTITY_HEADER", siem.Identity.Header),
    ];
}
