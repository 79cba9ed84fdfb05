using System.Text.Json;
using AuditFunctions.Sandbox;

namespace AuditFunctions.Tests.Cli.Doctor;

/// <summary>An installation with a source, a destination, a vendor and a SIEM, and what <c>auditfn doctor</c> says of it.</summary>
internal sealed class DoctorRun : IAsyncDisposable
{
    private DoctorRun(CliRun run, SandboxVendor vendor, SandboxSiem siem)
    {
        Run = run;
        Vendor = vendor;
        Siem = siem;
    }

    public CliRun Run { get; }

    public SandboxVendor Vendor { get; }

    public SandboxSiem Siem { get; }

    /// <summary>All is well, but that nothing has polled yet.</summary>
    public static async Task<DoctorRun> StartAsync()
    {
        var run = await CliRun.OnStorageAsync();
        var vendor = await SandboxVendor.StartAsync(new SandboxVendorOptions { Events = 20 }, CliRun.Patience);
        var siem = await SandboxSiem.StartAsync(new SandboxSiemOptions(), CliRun.Patience);
        run.Write("rows.yaml", SomeRows.Sandbox(vendor.BaseUrl, siem.BaseUrl));
        await run.DoneAsync("apply", "rows.yaml");
        return new DoctorRun(run, vendor, siem);
    }

    /// <summary>What it finds, as JSON.</summary>
    public async Task<Report> ExamineAsync(params string[] options)
    {
        var result = await Run.RunAsync(["doctor", "--json", .. options]);
        Assert.True(result.Error.Length == 0, result.Error);
        var findings = result.Json.GetProperty("findings").EnumerateArray().Select(Found.Of).ToArray();
        Assert.Equal(result.ExitCode == 0, result.Json.GetProperty("ok").GetBoolean());
        Assert.Equal(findings.Count(found => found.Level == "problem"), result.Json.GetProperty("problems").GetInt32());
        Assert.Equal(result.ExitCode == 0, findings.All(found => found.Level != "problem"));
        return new Report(result.ExitCode, findings);
    }

    public async ValueTask DisposeAsync()
    {
        await Vendor.DisposeAsync();
        await Siem.DisposeAsync();
        Run.Dispose();
    }

    internal sealed record Report(int ExitCode, Found[] Findings)
    {
        public Found[] Problems => [.. Findings.Where(found => found.Level == "problem")];

        /// <summary>The only problem that a check found.</summary>
        public Found Problem(string check) => Assert.Single(Problems, found => found.Check == check);
    }

    internal sealed record Found(string Check, string Where, string Level, string What, string? Mend, string? Command)
    {
        public static Found Of(JsonElement json) => new(
            json.GetProperty("check").GetString()!,
            json.GetProperty("where").GetString()!,
            json.GetProperty("level").GetString()!,
            json.GetProperty("what").GetString()!,
            json.GetProperty("mend").GetString(),
            json.GetProperty("command").GetString());
    }
}
