using AuditFunctions.Destinations;
using AuditFunctions.Http;
using AuditFunctions.Operations.Destinations;
using AuditFunctions.Operations.Doctor.Findings;
using AuditFunctions.Pipeline.Shipping;
using AuditFunctions.Pipeline.Storage.Rows;

namespace AuditFunctions.Operations.Doctor.Checks;

/// <summary>Whether each destination's row is right and the destination is well. Only with <c>--send-test-event</c> it is sent something.</summary>
internal sealed class DestinationsCheck : ICheck
{
    /// <inheritdoc/>
    public string Name => "destinations";

    /// <inheritdoc/>
    public IEnumerable<Look> Looks(Examination on) =>
        on.ChosenDestinations.Select(row => new Look($"destination '{row.Row.Name}'", cancellationToken => FindAsync(on, row, cancellationToken)));

    private static async Task<IReadOnlyList<Finding>> FindAsync(Examination on, DefinedRow<DestinationDefinition> row, CancellationToken cancellationToken)
    {
        var where = $"destination '{row.Row.Name}'";
        if (row.Definition is not { } destination)
        {
            return [.. row.Problems.Select(problem => Finding.Problem(where, $"its row is wrong: {problem}", "Correct the row and write it again.", "auditfn apply rows.yaml"))];
        }

        if (await SecretMeaning.UnreadableAsync(on, destination.Secrets.Values, cancellationToken) is { } secret)
        {
            return [Finding.Note(where, $"its row is right; not asked, since '{secret}' cannot be read")];
        }

        var client = on.Installation.Get<DestinationClient>();
        var findings = new List<Finding>();
        var health = await client.CheckHealthAsync(destination, cancellationToken);
        findings.Add(health is null ? await ReachAsync(on, where, destination, cancellationToken) : await OfAsync(on, where, row, destination, health, "says that it is well; only --send-test-event shows that it takes events", cancellationToken));
        if (on.Wanted.SendTestEvent)
        {
            var delivery = await MarkedEvent.DeliverAsync(client, destination, on.Time.GetUtcNow(), cancellationToken);
            findings.Add(await OfAsync(on, where, row, destination, delivery, "took the marked event", cancellationToken));
        }

        if (on.Sources is { } sources && DestinationUse.Of(destination.Name, sources).Count == 0)
        {
            findings.Add(Finding.Note(where, "no source sends to it", null, $"auditfn destinations remove {AzureCommands.Word(destination.Name)}"));
        }

        return findings;
    }

    private static async Task<Finding> OfAsync(Examination on, string where, DefinedRow<DestinationDefinition> row, DestinationDefinition destination, SendResult result, string well, CancellationToken cancellationToken) => result switch
    {
        SendResult.Accepted => Finding.Ok(where, well),
        SendResult.Retry { StatusCode: 429 } busy => Finding.Note(where, $"asks us to wait: {busy.Reason}"),
        SendResult.Retry { StatusCode: 0 } silent => Finding.Problem(
            where, silent.Reason, $"See whether {destination.Address} can be reached from here and is the right address.", $"auditfn destinations show {AzureCommands.Word(destination.Name)}"),
        SendResult.Retry failing => Finding.Problem(where, failing.Reason, "It has trouble of its own; batches wait for it and are sent when that is over."),
        SendResult.Refused { StatusCode: 403 } refused when destination.Token is not null && row.Row["ruleId"] is { } rule => Finding.Problem(
            where,
            refused.Reason,
            "It is this login that was refused; the app has an identity of its own, which needs the role too.",
            AzureCommands.GiveRole("Monitoring Metrics Publisher", destination.Token.ClientId is { } clientId ? new Caller(clientId, null) : on.Caller, AzureCommands.IdOfRule(rule))),
        SendResult.Refused { StatusCode: 400 or 401 or 403 } refused when destination.Secrets.Count > 0 => Finding.Problem(
            where, refused.Reason, "Store a credential that is current, or correct the row.", await SecretMeaning.StoreAnewAsync(on, destination.Secrets.Values, cancellationToken)),
        SendResult.Refused refused => Finding.Problem(where, refused.Reason, null, $"auditfn destinations show {AzureCommands.Word(destination.Name)}"),
        SendResult.Rejected rejected => Finding.Problem(where, rejected.Reason, null, $"auditfn destinations show {AzureCommands.Word(destination.Name)}"),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    // It knows no such question: whoever answers HEAD, with whatever, is there. Credentials are not sent.
    private static async Task<Finding> ReachAsync(Examination on, string where, DestinationDefinition destination, CancellationToken cancellationToken)
    {
        if (destination.Url is not { } url || destination.Network is not null)
        {
            return Finding.Ok(where, "its row is right; only --send-test-event shows that it takes events");
        }

        try
        {
            using var head = new HttpRequestMessage(HttpMethod.Head, url);
            using var response = await on.Installation.Get<IHttpClientFactory>().CreateClient(DestinationClient.ClientName).SendAsync(head, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            var status = (int)response.StatusCode;
            return status is 502 or 503 or 504
                ? Finding.Problem(where, $"answers {status} to HEAD", "It, or what is in front of it, has trouble of its own.")
                : Finding.Ok(where, $"answers; whether it takes events, and our credentials, only --send-test-event shows");
        }
        catch (HttpRequestException exception)
        {
            return Finding.Problem(
                where, $"no answer: {ConnectionFailure.InWords(exception, url)}", $"See whether {destination.Address} can be reached from here and is the right address.", $"auditfn destinations show {AzureCommands.Word(destination.Name)}");
        }
    }
}
