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
    public static RelayVerdict Error(int status, string code, string message) =>
        Respond(status, code, "application/xml", $"""<?xml version="1.0" encoding="utf-8"?><Error><Code>{code}</Code><Message>{message}</Message></Error>""");

    /// <summary>An error as the service named by <see cref="RelayCall.Target"/> sends it: tables answer in JSON, and their client reads the code there only.</summary>
    public static RelayVerdict Error(string target, int status, string code, string message) => target == "table"
        ? Respond(status, code, "application/json", $$$"""{"odata.error":{"code":"{{{code}}}","message":{"lang":"en-US","value":"{{{message}}}"}}}""")
        : Error(status, code, message);

    private static RelayVerdict.Respond Respond(int status, string code, string mediaType, string body) =>
        new(status, Encoding.UTF8.GetBytes(body), new("x-ms-error-code", code), new("Content-Type", mediaType));
}
