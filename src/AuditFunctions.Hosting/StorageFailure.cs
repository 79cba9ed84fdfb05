using Azure;
using Azure.Identity;

namespace AuditFunctions.Hosting;

/// <summary>Says in one line what is the matter with storage, and what to do.</summary>
public static class StorageFailure
{
    /// <summary>What to do when it does not answer.</summary>
    public const string Unreachable = "does not answer. Start Azurite (npx azurite), or name another account with --storage or the setting AzureWebJobsStorage.";

    /// <summary>The line, or null when the exception is not from storage.</summary>
    public static string? Explain(Exception exception) => exception switch
    {
        StorageException { InnerException: { } inner } failed => $"Storage at {failed.Host} {Reason(inner)}",
        _ => null,
    };

    /// <summary>Whether an exception comes from the storage clients.</summary>
    public static bool IsStorage(Exception exception) =>
        exception is RequestFailedException or AuthenticationFailedException or OperationCanceledException || (exception is AggregateException many && many.InnerExceptions.All(IsStorage));

    /// <summary>Whether waiting does not help: storage, or whoever vouches for us, says no.</summary>
    public static bool IsRefusal(Exception exception) => exception switch
    {
        AggregateException many => many.InnerExceptions.Any(IsRefusal),
        AuthenticationFailedException => true,
        RequestFailedException { Status: >= 400 and < 500 and not 404 and not 408 and not 409 and not 429 } => true,
        _ => false,
    };

    private static string Reason(Exception exception) => exception switch
    {
        AggregateException many => Reason(many.InnerExceptions[^1]),
        AuthenticationFailedException => "needs an Azure identity, and none could sign in: sign in with the Azure CLI, or give a connection string with --storage.",
        RequestFailedException { Status: 0 } => Unreachable,
        RequestFailedException { Status: 401 or 403 } refused => $"refuses us ({refused.Status} {refused.ErrorCode}): check the account key or the identity's roles (Storage Table, Queue and Blob Data Contributor).",
        RequestFailedException { ErrorCode: "TableNotFound" or "QueueNotFound" or "ContainerNotFound" } => "holds no installation yet: write some rows first with 'auditfn apply FILE'.",
        RequestFailedException failed => $"answered {failed.Status} {failed.ErrorCode}.",
        _ => Unreachable,
    };
}

/// <summary>Storage failed. The message says nothing of requests, which could hold signatures.</summary>
public sealed class StorageException(string host, Exception inner) : Exception("Storage failed.", inner)
{
    /// <summary>Host and port of the account.</summary>
    public string Host { get; } = host;
}
