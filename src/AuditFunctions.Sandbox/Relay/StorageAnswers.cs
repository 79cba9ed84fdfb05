using System.Text;

namespace AuditFunctions.Sandbox;

/// <summary>Azure storage's own error answers, for the hooks of a relay.</summary>
public static class StorageAnswers
{
    /// <summary>503, throttled: the account or the partition gets more requests than it takes.</summary>
    public static RelayVerdict ServerBusy { get; } = Error(503, "ServerBusy", "The server is busy.");

    /// <summary>500, without an effect.</summary>
    public static RelayVerdict InternalError { get; } = Error(500, "InternalError", "The server encountered an internal error. Please retry the request.");

    /// <summary>500, possibly with the effect: the operation may have been done.</summary>
    public static RelayVerdict OperationTimedOut { get; } = Error(500, "OperationTimedOut", "The operation could not be completed within the permitted time.");

    /// <summary>An error as blobs and queues send it; the code stands in the header that all three services have.</summary>
    public static RelayVerdict Error(int status, string code, string message) => new RelayVerdict.Respond(
        status,
        Encoding.UTF8.GetBytes($"""<?xml version="1.0" encoding="utf-8"?><Error><Code>{code}</Code><Message>{message}</Message></Error>"""),
        new("x-ms-error-code", code),
        new("Content-Type", "application/xml"));
}
