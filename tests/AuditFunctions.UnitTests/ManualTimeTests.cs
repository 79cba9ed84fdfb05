namespace AuditFunctions.Tests.Support;

public sealed class ManualTimeTests
{
    [Fact]
    public void Timers_fire_in_the_order_in_which_they_are_due_with_the_clock_at_their_instant()
    {
        var time = new ManualTime();
        var start = time.GetUtcNow();
        var fired = new List<string>();
        void Note(string name) => fired.Add($"{name} {(time.GetUtcNow() - start).TotalSeconds}");
        using var late = time.CreateTimer(_ => Note("late"), null, TimeSpan.FromSeconds(30), Timeout.InfiniteTimeSpan);
        using var often = time.CreateTimer(_ => Note("often"), null, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(15));
        time.Advance(TimeSpan.FromSeconds(9));
        Assert.Empty(fired);
        time.Advance(TimeSpan.FromSeconds(21));
        Assert.Equal(["often 10", "often 25", "late 30"], fired);
        Assert.Equal((start.AddSeconds(30), 1), (time.GetUtcNow(), time.Waiting));
    }

    [Fact]
    public async Task A_delay_ends_when_the_clock_reaches_it()
    {
        var time = new ManualTime();
        var delay = Task.Delay(TimeSpan.FromMinutes(1), time, CancellationToken.None);
        await time.WhenWaitingAsync(1, CancellationToken.None);
        time.Advance(TimeSpan.FromSeconds(59));
        Assert.False(delay.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        await delay;
        using var source = new CancellationTokenSource(TimeSpan.FromSeconds(5), time);
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.True(source.IsCancellationRequested);
    }
}
