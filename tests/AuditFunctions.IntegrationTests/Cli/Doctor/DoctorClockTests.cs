using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Cli.Doctor;

/// <summary>What <c>auditfn doctor</c> says of clocks.</summary>
public sealed class DoctorClockTests
{
    [Theory]
    [InlineData(20, "20m ahead of storage's: storage refuses signed requests (connection strings); Entra's tokens and signed deliveries may be refused; windows end in the future")]
    [InlineData(-10, "10m behind storage's: Entra's tokens and signed deliveries may be refused; events are fetched 10m later than they could be")]
    [InlineData(2, "2m ahead of storage's: windows end in the future")]
    public async Task A_clock_that_is_off_is_told_with_what_breaks(int minutes, string what)
    {
        await using var doctor = await DoctorRun.StartAsync();
        doctor.Run.Time = new ShiftedTime(TimeSpan.FromMinutes(minutes));

        var problem = (await doctor.ExamineAsync()).Problem("clock");

        Assert.StartsWith("this machine's clock is " + what, problem.What, StringComparison.Ordinal);
        Assert.Contains("NTP", problem.Mend, StringComparison.Ordinal);
        Assert.NotNull(problem.Command);
    }

    [Fact]
    public async Task A_vendor_whose_clock_is_off_is_noted_while_ours_is_right()
    {
        var date = TimeProvider.System.GetUtcNow().AddHours(-3).ToString("R");
        await using var receiver = await ScriptedServer.StartAsync(_ => new ScriptedServer.Reply(200, "", ("Date", date)));
        await using var doctor = await DoctorRun.StartAsync();
        doctor.Run.Write("more.yaml", $"destinations:\n  - {{ name: hook, type: http, url: \"{receiver.BaseUrl}/in\" }}\n");
        await doctor.Run.DoneAsync("apply", "more.yaml");

        var report = await doctor.ExamineAsync();

        Assert.Equal(0, report.ExitCode);
        var note = Assert.Single(report.Findings, found => found is { Check: "clock", Level: "note" });
        Assert.StartsWith($"that of {receiver.BaseUrl[7..]} is 3h", note.What, StringComparison.Ordinal);
        Assert.Contains(" behind, and ours is right", note.What, StringComparison.Ordinal);
    }

    private sealed class ShiftedTime(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + by;
    }
}
