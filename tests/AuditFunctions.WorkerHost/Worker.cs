using System.Collections.Concurrent;
using System.Diagnostics;
using AuditFunctions.WorkerHost.Protocol;
using Google.Protobuf.WellKnownTypes;

namespace AuditFunctions.WorkerHost;

/// <summary>A worker: the published function app as a process, and the host's stream to it.</summary>
public sealed class Worker : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task _output;
    private readonly ConcurrentQueue<WorkerLine> _lines = new();
    private readonly List<WorkerFunction> _functions = [];

    private Worker(string id, Process process, Action<Worker> registered)
    {
        Id = id;
        _process = process;
        Channel.Logged = (log, shown) => _lines.Enqueue(
            new WorkerLine(log.Category, log.Level.ToString(), log.Message, log.EventId, log.Exception?.Message ?? "", shown));
        registered(this);
        process.Start();
        _output = Task.WhenAll(ReadAsync(process.StandardOutput, "Information"), ReadAsync(process.StandardError, "Error"));
        Ended = EndedAsync();
    }

    /// <summary>Id that the host gave it.</summary>
    public string Id { get; }

    /// <summary>Id of the process.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Functions that it has indexed.</summary>
    public IReadOnlyList<WorkerFunction> Functions => _functions;

    /// <summary>What it declared that it can do.</summary>
    public IReadOnlyDictionary<string, string> Capabilities { get; private set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>All lines so far, also those that the host does not show.</summary>
    public IReadOnlyCollection<WorkerLine> Lines => _lines;

    /// <summary>What the host's console shows of it.</summary>
    public string Console => string.Join('\n', _lines.Where(line => line.IsShown).Select(line => line.Message + line.Exception));

    /// <summary>The exit code, once the process has ended and its output is read.</summary>
    public Task<int> Ended { get; }

    internal WorkerChannel Channel { get; } = new();

    internal static Worker Start(Uri host, IEnumerable<KeyValuePair<string, string?>> environment, Action<Worker> registered)
    {
        var id = Guid.NewGuid().ToString();
        var request = Guid.NewGuid().ToString();
        const string MaxLength = "2147483647";
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = PublishedApp.Directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in (string[])[
            Path.Combine(PublishedApp.Directory, "AuditFunctions.dll"),
            "--host", host.Host, "--port", $"{host.Port}", "--workerId", id, "--requestId", request, "--grpcMaxMessageLength", MaxLength,
            "--functions-uri", host.AbsoluteUri, "--functions-worker-id", id, "--functions-request-id", request,
            "--functions-grpc-max-message-length", MaxLength])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["FUNCTIONS_APPLICATION_DIRECTORY"] = PublishedApp.Directory;
        start.Environment["FUNCTIONS_WORKER_DIRECTORY"] = PublishedApp.Directory;
        start.Environment["FUNCTIONS_WORKER_RUNTIME"] = "dotnet-isolated";
        start.Environment["ScheduleCron"] = "*/30 * * * * *";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new Worker(id, new Process { StartInfo = start }, registered);
    }

    /// <summary>Brings it to where it takes invocations, as the host does: initialise, index, load.</summary>
    /// <exception cref="WorkerGoneException">Its process ended first.</exception>
    /// <exception cref="InvalidOperationException">It refused a step.</exception>
    public async Task ReadyAsync(CancellationToken cancellationToken)
    {
        await Channel.Connected.WaitAsync(cancellationToken);
        var folder = PublishedApp.Directory;
        var init = new WorkerInitRequest { HostVersion = "4.1037.0", WorkerDirectory = folder, FunctionAppDirectory = folder };
        var initialised = await AskAsync(new StreamingMessage { WorkerInitRequest = init }, cancellationToken);
        Check("initialise", initialised.WorkerInitResponse.Result);
        Capabilities = initialised.WorkerInitResponse.Capabilities.ToDictionary();

        var metadata = new FunctionsMetadataRequest { FunctionAppDirectory = folder };
        var indexed = await AskAsync(new StreamingMessage { FunctionsMetadataRequest = metadata }, cancellationToken);
        Check("index", indexed.FunctionMetadataResponse.Result);
        foreach (var function in indexed.FunctionMetadataResponse.FunctionMetadataResults)
        {
            var load = new FunctionLoadRequest { FunctionId = function.FunctionId, Metadata = function };
            var loaded = await AskAsync(new StreamingMessage { FunctionLoadRequest = load }, cancellationToken);
            Check($"load {function.Name}", loaded.FunctionLoadResponse.Result);
            _functions.Add(new WorkerFunction(function));
        }
    }

    /// <summary>Calls a function.</summary>
    /// <param name="function">Its name.</param>
    /// <param name="input">What its trigger brings, text or JSON.</param>
    /// <param name="isJson">Whether that is JSON.</param>
    /// <param name="metadata">What the trigger says of it, as JSON or text.</param>
    /// <param name="cancellationToken">Has the invocation cancelled; its answer is waited for all the same.</param>
    public async Task<InvocationResult> InvokeAsync(
        string function,
        string input,
        bool isJson,
        IEnumerable<KeyValuePair<string, string>> metadata,
        CancellationToken cancellationToken)
    {
        var called = _functions.Single(one => one.Name == function);
        var id = Guid.NewGuid().ToString();
        var trace = new RpcTraceContext();
        var request = new InvocationRequest { InvocationId = id, FunctionId = called.Metadata.FunctionId, TraceContext = trace };
        request.InputData.Add(new ParameterBinding
        {
            Name = called.TriggerParameter,
            Data = isJson ? new TypedData { Json = input } : new TypedData { String = input },
        });
        foreach (var (name, value) in metadata)
        {
            request.TriggerMetadata[name] = value is ['"', ..] ? new TypedData { Json = value } : new TypedData { String = value };
        }

        try
        {
            var answer = Channel.AskAsync(id, new StreamingMessage { RequestId = id, InvocationRequest = request });
            await using var cancelling = cancellationToken.Register(() =>
                Channel.Send(new StreamingMessage { InvocationCancel = new InvocationCancel { InvocationId = id } }));
            var result = (await answer).InvocationResponse.Result;
            return new InvocationResult(
                result.Status switch
                {
                    StatusResult.Types.Status.Success => InvocationStatus.Succeeded,
                    StatusResult.Types.Status.Cancelled => InvocationStatus.Cancelled,
                    _ => InvocationStatus.Failed,
                },
                result.Exception is { } thrown ? $"{thrown.Type}: {thrown.Message}" : "");
        }
        catch (WorkerGoneException exception)
        {
            return new InvocationResult(InvocationStatus.WorkerGone, exception.Message);
        }
    }

    /// <summary>Tells it to end and gives it some time, then kills it, as the host does when it stops.</summary>
    /// <returns>How long it took, or null when it had to be killed.</returns>
    public async Task<TimeSpan?> TerminateAsync(TimeSpan grace)
    {
        var watch = Stopwatch.StartNew();
        Channel.Send(new StreamingMessage { WorkerTerminate = new WorkerTerminate { GracePeriod = Duration.FromTimeSpan(grace) } });
        if (await Task.WhenAny(Ended, Task.Delay(grace)) == Ended)
        {
            return watch.Elapsed;
        }

        await KillAsync();
        return null;
    }

    /// <summary>Ends it as a crash does: SIGKILL.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await Ended;
    }

    /// <summary>Waits until the host's console shows a text.</summary>
    /// <exception cref="TimeoutException">It did not come.</exception>
    public async Task ShowsAsync(string text, CancellationToken cancellationToken)
    {
        while (!Console.Contains(text, StringComparison.Ordinal))
        {
            if (cancellationToken.IsCancellationRequested || Ended.IsCompleted)
            {
                throw new TimeoutException($"The console never showed '{text}'. It shows:\n{Console}");
            }

            await Task.WhenAny(Ended, Task.Delay(50, CancellationToken.None));
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!Ended.IsCompleted)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    private static void Check(string step, StatusResult? result)
    {
        if (result?.Status != StatusResult.Types.Status.Success)
        {
            throw new InvalidOperationException($"The worker did not {step}: {result?.Exception?.Message ?? result?.Result}");
        }
    }

    private async Task<StreamingMessage> AskAsync(StreamingMessage request, CancellationToken cancellationToken)
    {
        request.RequestId = Guid.NewGuid().ToString();
        return await Channel.AskAsync(request.RequestId, request).WaitAsync(cancellationToken);
    }

    private async Task ReadAsync(StreamReader reader, string level)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            _lines.Enqueue(new WorkerLine("", level, line, "", "", IsShown: true));
        }
    }

    private async Task<int> EndedAsync()
    {
        await _process.WaitForExitAsync();
        await _output;
        Channel.Abandon();
        return _process.ExitCode;
    }
}
