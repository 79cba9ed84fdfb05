using AuditFunctions.Hosting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AuditFunctions.Invocations;

/// <summary>
/// Where every invocation passes: none runs before storage is set up or while the process stops, each is counted, and one that fails is
/// logged.
/// </summary>
internal sealed class InvocationGate(
    StorageSetup setup,
    InvocationsUnderWay underWay,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<InvocationGate> log) : IFunctionsWorkerMiddleware
{
    // The host drops a line that names no invocation under way, and with telemetry the worker does not name it.
    internal const string InvocationKey = "AzureFunctions_InvocationId";

    private static readonly TimeSpan SetupPatience = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        using var scope = log.BeginScope(new KeyValuePair<string, object>[] { new(InvocationKey, context.InvocationId) });
        using var counted = underWay.Begin();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        ending.Token.ThrowIfCancellationRequested();
        await SetUpAsync(ending.Token);
        try
        {
            await next(context);
        }
        catch (Exception exception) when (!ending.IsCancellationRequested)
        {
            Log(context, exception);
            throw;
        }
    }

    // The message comes back by itself, and the next tick makes up for one that failed. That storage is away is said elsewhere, once.
    private async Task SetUpAsync(CancellationToken cancellationToken)
    {
        try
        {
            await setup.Done.WaitAsync(SetupPatience, time, cancellationToken);
        }
        catch (TimeoutException exception)
        {
            throw new InvalidOperationException("Storage is not set up yet (log event 5004); nothing runs before it is.", exception);
        }
    }

    private void Log(FunctionContext context, Exception exception)
    {
        var message = TriggerMessage.Of(context);
        if (message is null)
        {
            HostLog.TickFailed(log, StorageWatch.ReasonOf(exception));
        }
        else
        {
            var queue = context.FunctionDefinition.Name.ToLowerInvariant();
            HostLog.MessageFailed(log, exception, queue, HeldShipping.RetryDelay, message.Tries);
        }
    }
}
