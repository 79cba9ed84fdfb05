namespace AuditFunctions.Sandbox;

/// <summary>The answers of the HEC endpoints and of the generic one.</summary>
internal static class SiemAnswers
{
    /// <summary>The answer of a HEC code.</summary>
    /// <param name="code">The code; 413 for a body that is too large.</param>
    /// <param name="eventNumber">Index of the guilty event, if one is.</param>
    public static Answer Hec(int code, int? eventNumber = null)
    {
        var (status, text) = code switch
        {
            0 => (200, "Success"),
            2 => (401, "Token is required"),
            3 => (401, "Invalid authorization"),
            4 => (403, "Invalid token"),
            5 => (400, "No data"),
            6 => (400, "Invalid data format"),
            7 => (400, "Incorrect index"),
            12 => (400, "Event field is required"),
            13 => (400, "Event field cannot be blank"),
            15 => (400, "Error in handling indexed fields"),
            17 => (200, "HEC is healthy"),
            18 => (503, "HEC is unhealthy, queues are full"),
            413 => (413, "Content-Length exceeds the limit"),
            _ => (500, "Internal server error"),
        };

        // Splunk counts from zero, but one too high with code 7 (measured on 10.4.2).
        var number = code == 7 ? eventNumber + 1 : eventNumber;
        return Answer.Of(status, number is null ? $$"""{"text":"{{text}}","code":{{code}}}"""
            : $$"""{"text":"{{text}}","code":{{code}},"invalid-event-number":{{number}}}""");
    }

    /// <summary>The answer of the generic endpoint.</summary>
    public static Answer Generic(int status) => Answer.Of(status, status switch
    {
        200 => """{"status":"ok"}""",
        401 => """{"error":"unauthorized"}""",
        413 => """{"error":"body too large"}""",
        _ => """{"error":"bad request"}""",
    });
}
