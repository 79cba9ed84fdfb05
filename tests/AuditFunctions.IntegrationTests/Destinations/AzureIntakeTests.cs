using System.Text.Json;
using AuditFunctions.Configuration;
using AuditFunctions.Destinations;
using AuditFunctions.Destinations.Catalogs;
using AuditFunctions.Http.Tokens;
using AuditFunctions.Tests.Support;
using Reply = AuditFunctions.Tests.Support.ScriptedServer.Reply;

namespace AuditFunctions.Tests.Destinations;

/// <summary>Event Hubs, Service Bus and Data Explorer: their requests, and where a token may go.</summary>
public sealed class AzureIntakeTests
{
    [Theory]
    [InlineData("event-hubs")]
    [InlineData("service-bus")]
    public async Task Messages_hold_the_event_and_where_it_comes_from(string type)
    {
        await using var server = await ScriptedServer.StartAsync(_ => new Reply(201, ""));
        await using var stage = KindStage.Create();
        await using var identity = await stage.WithIdentityAsync("first-secret");
        var destination = DestinationConformanceTests.Define(DestinationConformanceTests.Least(type, new Uri(server.BaseUrl + "/")));
        Assert.IsType<SendResult.Accepted>(await stage.SendAsync(destination));
        Assert.IsType<SendResult.Accepted>(await stage.SendAsync(destination));
        var request = server.Requests[0];
        Assert.Equal(("/audit/messages", "application/vnd.microsoft.servicebus.json", null), (request.PathAndQuery, request.Header("Content-Type"), request.Header("Content-Encoding")));
        using var document = JsonDocument.Parse(request.Bytes);
        var messages = document.RootElement.EnumerateArray().ToArray();
        Assert.Equal(KindStage.Events.Select(sent => sent.Bytes), messages.Select(message => message.GetProperty("Body").GetString()));
        Assert.All(messages, message => Assert.Equal("acme", message.GetProperty("UserProperties").GetProperty("source").GetString()));
        Assert.Equal("a\u00e91", messages[0].GetProperty("UserProperties").GetProperty("id").GetString());
        if (type == "service-bus")
        {
            // The same for each attempt, and not the same for two events: the queue drops repeats by it.
            var ids = messages.Select(message => message.GetProperty("BrokerProperties").GetProperty("MessageId").GetString()).ToArray();
            Assert.Equal(3, ids.Distinct().Count());
            Assert.All(ids, id => Assert.Equal(32, id!.Length));
            Assert.Equal(request.Body, server.Requests[1].Body);
        }
    }

    [Theory]
    [InlineData("event-hubs", "https://acme.servicebus.windows.net/audit", "https://eventhubs.azure.net/.default")]
    [InlineData("service-bus", "https://acme.servicebus.windows.net/audit", "https://servicebus.azure.net/.default")]
    [InlineData("adx", "https://acme.westeurope.kusto.windows.net", "https://acme.westeurope.kusto.windows.net/.default")]
    public void Token_is_for_the_service_and_goes_nowhere_else(string type, string url, string scope)
    {
        var row = DestinationConformanceTests.Least(type, new Uri("https://siem.example/")).Where(column => column.Column != "url").ToArray();
        Assert.Equal(new EntraToken(scope, null), DestinationConformanceTests.Define([.. row, ("url", url)]).Token);
        var problems = new Problems();
        Assert.Null(DestinationCatalog.Read(PipelineHarness.Row("dest", [.. row, ("url", "https://attacker.example/audit")]), problems));
        Assert.Equal("url", Assert.Single(problems.Found).Where);
        problems = new Problems();
        Assert.Null(DestinationCatalog.Read(PipelineHarness.Row("dest", [.. row, ("url", url), ("clientId", "x")]), problems));
        Assert.Equal("clientId", Assert.Single(problems.Found).Where);
    }
}
