namespace AuditFunctions.Sandbox;

/// <summary>The answers of the Logs Ingestion endpoint.</summary>
internal static class LogsAnswers
{
    /// <summary>Rows were taken.</summary>
    public static Answer Taken => new() { Status = 204 };

    /// <summary>An answer that says what is wrong.</summary>
    public static Answer Wrong(int status, string code, string message) => Answer.Of(status, Error(code, message));

    /// <summary>The body of such an answer.</summary>
    public static string Error(string code, string message) => $$$"""{"error":{"code":"{{{code}}}","message":"{{{message}}}"}}""";
}
