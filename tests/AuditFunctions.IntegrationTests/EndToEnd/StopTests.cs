using AuditFunctions.Chaos.Storage;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.EndToEnd;

/// <summary>A process that is told to stop while storage answers badly ends quietly: no failure is made of the stop.</summary>
public sealed class StopTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>A call that is being tried again tells of its first failure too, and not of the stop alone.</summary>
    [Theory]
    [InlineData("ship/messages")]
    [InlineData("fetch/messages")]
    [InlineData("Sources()")]
    public async Task A_stop_that_meets_a_call_that_is_being_tried_again_ends_the_run(string part)
    {
        var ended = new TaskCompletionSource();
        await using var storage = await DooredStorage.OpenAsync();
        await using var installation = await Installation.CreateAsync(storage.Setting);
        using var stop = new CancellationTokenSource();
        storage.Next(1, StorageFault.Reset, Calls.Of("GET", part));
        storage.Before(Calls.Of("GET", part), async () =>
        {
            await stop.CancelAsync();
            await ended.Task;
        });
        try
        {
            await installation.Host.RunAsync(stop.Token).WaitAsync(Patience);
            Assert.True(stop.IsCancellationRequested, "the call was never tried again");
        }
        finally
        {
            ended.SetResult();
        }
    }
}
