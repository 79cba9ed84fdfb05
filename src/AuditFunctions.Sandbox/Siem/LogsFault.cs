namespace AuditFunctions.Sandbox;

/// <summary>Faults in the words of Azure Monitor's Logs Ingestion API.</summary>
public static class LogsFault
{
    /// <summary>The caller has no role on the rule, or not yet.</summary>
    public static Fault RoleMissing => Of(403, "OperationFailed", "The authentication token provided does not have access to ingest data for the data collection rule.");

    /// <summary>The rule declares no such stream.</summary>
    public static Fault UnknownStream => Of(400, "InvalidStream", "The stream was not configured in the Data Collection Rule.");

    /// <summary>The service is busy.</summary>
    public static Fault Unavailable => Of(503, "ServiceUnavailable", "The service is unavailable.");

    private static Fault.Status Of(int status, string code, string message) => new(status, Body: LogsAnswers.Error(code, message));
}
