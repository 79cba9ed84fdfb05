using AuditFunctions.WorkerHost.Protocol;
using Grpc.Core;

namespace AuditFunctions.WorkerHost;

/// <summary>Where workers connect: each stream begins with its worker's id and then belongs to that worker.</summary>
internal sealed class RpcEndpoint(WorkerRegistry workers) : FunctionRpc.FunctionRpcBase
{
    public override async Task EventStream(
        IAsyncStreamReader<StreamingMessage> requestStream,
        IServerStreamWriter<StreamingMessage> responseStream,
        ServerCallContext context)
    {
        if (!await requestStream.MoveNext(context.CancellationToken)
            || requestStream.Current.StartStream is not { } start
            || workers.Find(start.WorkerId) is not { } worker)
        {
            var reason = "The stream does not begin with the id of a worker that was started.";
            throw new Grpc.Core.RpcException(new Status(StatusCode.InvalidArgument, reason));
        }

        await worker.Channel.ServeAsync(requestStream, responseStream, context.CancellationToken);
    }
}
