using System.Collections.Concurrent;
using System.Threading.Channels;
using AuditFunctions.WorkerHost.Protocol;
using Grpc.Core;

namespace AuditFunctions.WorkerHost;

/// <summary>The stream between the host and one worker: requests and their answers, and what the worker logs.</summary>
internal sealed class WorkerChannel
{
    private readonly Channel<StreamingMessage> _outgoing = Channel.CreateUnbounded<StreamingMessage>();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<StreamingMessage>> _waiting = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the worker has connected.</summary>
    public Task Connected => _connected.Task;

    /// <summary>Called for each line that the worker logs.</summary>
    public Action<RpcLog, bool>? Logged { get; set; }

    /// <summary>Reads and writes until either side ends the stream.</summary>
    public async Task ServeAsync(
        IAsyncStreamReader<StreamingMessage> incoming,
        IServerStreamWriter<StreamingMessage> outgoing,
        CancellationToken ended)
    {
        _connected.TrySetResult();
        var writing = WriteAsync(outgoing, ended);
        try
        {
            while (await incoming.MoveNext(ended))
            {
                Take(incoming.Current);
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The worker is gone; its process's end says so to those that wait.
        }

        _outgoing.Writer.TryComplete();
        await writing;
    }

    /// <summary>Sends a message that has no answer.</summary>
    public void Send(StreamingMessage message) => _outgoing.Writer.TryWrite(message);

    /// <summary>Sends a request and waits for its answer.</summary>
    /// <param name="key">The request's id, or an invocation's.</param>
    /// <param name="request">The request.</param>
    /// <exception cref="WorkerGoneException">The worker ended first.</exception>
    public Task<StreamingMessage> AskAsync(string key, StreamingMessage request)
    {
        var answer = new TaskCompletionSource<StreamingMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[key] = answer;
        if (!_outgoing.Writer.TryWrite(request))
        {
            answer.TrySetException(new WorkerGoneException());
        }

        return answer.Task;
    }

    /// <summary>The worker is gone: nothing that is waited for will come.</summary>
    public void Abandon()
    {
        _outgoing.Writer.TryComplete();
        _connected.TrySetException(new WorkerGoneException());
        foreach (var answer in _waiting.Values)
        {
            answer.TrySetException(new WorkerGoneException());
        }
    }

    private async Task WriteAsync(IServerStreamWriter<StreamingMessage> outgoing, CancellationToken ended)
    {
        try
        {
            await foreach (var message in _outgoing.Reader.ReadAllAsync(ended))
            {
                await outgoing.WriteAsync(message, ended);
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or InvalidOperationException)
        {
            _outgoing.Writer.TryComplete();
        }
    }

    private void Take(StreamingMessage message)
    {
        switch (message.ContentCase)
        {
            case StreamingMessage.ContentOneofCase.RpcLog:
                var log = message.RpcLog;
                Logged?.Invoke(log, log.LogCategory == RpcLog.Types.RpcLogCategory.System || _waiting.ContainsKey(log.InvocationId));
                break;
            case StreamingMessage.ContentOneofCase.InvocationResponse:
                Answer(message.InvocationResponse.InvocationId, message);
                break;
            default:
                Answer(message.RequestId, message);
                break;
        }
    }

    private void Answer(string key, StreamingMessage message)
    {
        if (_waiting.TryRemove(key, out var waiting))
        {
            waiting.TrySetResult(message);
        }
    }
}

/// <summary>The worker's process has ended.</summary>
public sealed class WorkerGoneException() : Exception("The worker's process has ended.");
