namespace AuditFunctions.Chaos.Children;

/// <summary>Kills and stops processes at random and starts them again.</summary>
internal sealed class Killer(IReadOnlyList<Child> children, Random random, TimeProvider time)
{
    /// <summary>Processes that were killed.</summary>
    public int Kills { get; private set; }

    /// <summary>Processes that were asked to stop.</summary>
    public int Stops { get; private set; }

    /// <summary>Goes on until told to stop; all processes run afterwards.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var ending = children.ToDictionary(child => child, _ => Task.CompletedTask);
        while (true)
        {
            await Task.Delay(TimeSpan.FromSeconds(2 + (random.NextDouble() * 6)), time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stop.IsCancellationRequested)
            {
                await Task.WhenAll(ending.Values);
                return;
            }

            var child = children[random.Next(children.Count)];
            var stops = random.NextDouble() < 0.3;
            var pause = TimeSpan.FromSeconds(0.1 + (random.NextDouble() * 2));
            if (!ending[child].IsCompleted)
            {
                // It is still finishing its deliveries: a crash in the middle of a stop.
                Kills++;
                await child.KillAsync();
                await ending[child];
                continue;
            }

            Kills += stops ? 0 : 1;
            Stops += stops ? 1 : 0;
            ending[child] = RestartAsync(child, stops, pause);
        }
    }

    /// <summary>Looks at the processes until told to stop: their memory, and whether they live.</summary>
    public async Task WatchAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            foreach (var child in children)
            {
                child.Look();
            }

            await Task.Delay(TimeSpan.FromMilliseconds(250), time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task RestartAsync(Child child, bool stops, TimeSpan pause)
    {
        if (stops)
        {
            await child.StopAsync();
        }
        else
        {
            await child.KillAsync();
        }

        await Task.Delay(pause, time, CancellationToken.None);
        child.Start();
    }
}
