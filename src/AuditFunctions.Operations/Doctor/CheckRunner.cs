using System.Runtime.CompilerServices;
using AuditFunctions.Hosting;
using AuditFunctions.Operations.Doctor.Checks;
using AuditFunctions.Operations.Doctor.Findings;

namespace AuditFunctions.Operations.Doctor;

/// <summary>Runs the checks, a few looks at a time. What hangs or fails costs its own look only.</summary>
internal sealed class CheckRunner(Examination on, TimeSpan timeout)
{
    /// <summary>How many things are looked at at once.</summary>
    public const int AtOnce = 4;

    /// <summary>Runs all, and gives what they find in the order of the list.</summary>
    public async IAsyncEnumerable<(ICheck Check, Finding Finding)> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var stage in new[] { CheckList.Identity, CheckList.Storage })
        {
            await foreach (var found in RunAsync(stage, cancellationToken))
            {
                yield return found;
            }
        }

        await on.ReadRowsAsync(timeout, cancellationToken);
        foreach (var stage in new[] { CheckList.Rest, CheckList.Last })
        {
            await foreach (var found in RunAsync(stage, cancellationToken))
            {
                yield return found;
            }
        }
    }

    private async IAsyncEnumerable<(ICheck Check, Finding Finding)> RunAsync(IReadOnlyList<ICheck> stage, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var places = new SemaphoreSlim(AtOnce);
        var running = stage.SelectMany(check => check.Looks(on).Select(look => (Check: check, Found: FindAsync(look, places, cancellationToken)))).ToList();
        try
        {
            foreach (var (check, found) in running)
            {
                foreach (var finding in await found)
                {
                    yield return (check, finding);
                }
            }
        }
        finally
        {
            // Nobody waits for the rest when one was stopped, but the places must outlive them.
            await Task.WhenAll(running.Select(Task (look) => look.Found)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<IReadOnlyList<Finding>> FindAsync(Look look, SemaphoreSlim places, CancellationToken cancellationToken)
    {
        await places.WaitAsync(cancellationToken);
        try
        {
            using var late = new CancellationTokenSource(timeout, on.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
            return await FindAsync(look, late, either.Token, cancellationToken);
        }
        finally
        {
            places.Release();
        }
    }

    private async Task<IReadOnlyList<Finding>> FindAsync(Look look, CancellationTokenSource late, CancellationToken either, CancellationToken cancellationToken)
    {
        try
        {
            return await look.FindAsync(either);
        }
        catch (Exception) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return [Finding.Problem(look.Where, $"no answer within {timeout.TotalSeconds:0} s", "See whether the host can be reached from here; --timeout waits longer.")];
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && StorageFailure.IsStorage(exception))
        {
            return [Finding.Note(look.Where, "not examined: storage failed meanwhile; see what is said of it.")];
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Its message could hold anything.
            return [Finding.Problem(look.Where, $"cannot be examined because of a fault in auditfn ({exception.GetType().Name}).", "Report it.")];
        }
    }
}
