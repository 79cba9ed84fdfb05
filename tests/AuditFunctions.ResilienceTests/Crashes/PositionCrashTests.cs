using AuditFunctions.Sandbox;
using AuditFunctions.Tests.EndToEnd;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Crashes;

/// <summary>A process is killed while it reads from a vendor that keeps the position: the next one asks again for what was not kept.</summary>
public sealed class PositionCrashTests
{
    private static CancellationToken Patience => new CancellationTokenSource(TimeSpan.FromMinutes(10)).Token;

    /// <summary>The position has moved, and the answer never arrives.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public Task Killed_before_the_answer(int request) => RunAsync((vendor, _, kill) => vendor.BeforeAnswer = number =>
    {
        if (number == request)
        {
            kill();
        }

        return null;
    });

    /// <summary>The answer arrived, and the checkpoint does not say so: the writes are the lease and the pages' commits by turns.</summary>
    [Theory]
    [InlineData(2, true)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    [InlineData(3, false)]
    public Task Killed_at_a_write_of_the_checkpoint(int write, bool before) => RunAsync((_, storage, kill) =>
    {
        var writes = 0;
        bool Fits(AuditFunctions.Chaos.Storage.DoorCall call) => Calls.IsWrite(call) && Calls.To("heckpoints")(call) && ++writes == write;
        if (before)
        {
            storage.Before(Fits, () =>
            {
                kill();
                return Task.CompletedTask;
            });
        }
        else
        {
            storage.After(Fits, kill);
        }
    });

    private static async Task RunAsync(Action<PositionVendor, DooredStorage, Action> arm)
    {
        await using var vendor = await PositionVendor.StartAsync(7);
        await using var siem = await SandboxSiem.StartAsync(new SandboxSiemOptions(), Patience);
        // What the SIEM takes just before the kill may come a second time: so it takes nothing until then.
        siem.Faults.When(_ => true, new Fault.Status(503));
        await using var storage = await DooredStorage.OpenAsync();
        await using var installation = await Installation.CreateAsync(Installation.ShortTimes);
        await installation.AddSplunkAsync("splunk", siem.BaseUrl);
        await installation.AddSourceAsync("acme", vendor.Columns("splunk"));
        AuditfnProcess? doomed = null;
        using var started = new ManualResetEventSlim();
        var wasKilled = false;
        arm(vendor, storage, () =>
        {
            started.Wait(Patience);
            wasKilled = true;
            doomed!.KillAsync().GetAwaiter().GetResult();
        });
        doomed = AuditfnProcess.Start([.. installation.Environment.Where(one => one.Key != "AzureWebJobsStorage"), new("AzureWebJobsStorage", storage.ConnectionString)], "run", "--until-idle");
        started.Set();
        await using (doomed)
        {
            await doomed.EndAsync(Patience);
        }

        Assert.True(wasKilled, "the process never came to where it was to be killed");
        siem.Faults.Clear();
        await using var survivor = AuditfnProcess.Start(installation.Environment, "run", "--until-idle");
        var end = await survivor.EndAsync(Patience);

        Assert.True(end.ExitCode == 0, end.Error);
        Assert.All(vendor.Ids, id => Assert.Equal(1, siem.CountOf(id)));
        Assert.Equal((7, 0L), (siem.Received, siem.Duplicates));
    }
}
