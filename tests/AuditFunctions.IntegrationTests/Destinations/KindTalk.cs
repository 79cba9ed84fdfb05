using AuditFunctions.Destinations;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Support;
using Reply = AuditFunctions.Tests.Support.ScriptedServer.Reply;
using Seen = AuditFunctions.Tests.Support.ScriptedServer.Seen;

namespace AuditFunctions.Tests.Destinations;

/// <summary>
/// A destination of a kind and its server, for all the answers that a test asks about: a pipeline and a server for each answer would be most of what the tests take.
/// </summary>
internal sealed class KindTalk : IAsyncDisposable
{
    private readonly KindStage _stage;
    private readonly SandboxSiem _identity;
    private readonly ScriptedServer _server;
    private readonly DestinationDefinition _destination;
    private readonly Answer _answer;

    private KindTalk(KindCases cases, KindStage stage, SandboxSiem identity, ScriptedServer server, Answer answer)
    {
        _stage = stage;
        _identity = identity;
        _server = server;
        _answer = answer;
        _destination = DestinationConformanceTests.Define(cases.Row(new Uri(server.BaseUrl + "/")));
    }

    public static async Task<KindTalk> StartAsync(KindCases cases)
    {
        var answer = new Answer();
        var server = await ScriptedServer.StartAsync(request => answer.Of!(request));
        var stage = KindStage.Create(("AUDIT_SECRET_SIEM", cases.Secret("first-secret")));
        return new KindTalk(cases, stage, await stage.WithIdentityAsync("first-secret"), server, answer);
    }

    /// <summary>What a delivery comes to when it is answered so.</summary>
    public Task<SendResult> SendAsync(Reply reply) => SendAsync(_ => reply);

    /// <inheritdoc cref="SendAsync(Reply)"/>
    public Task<SendResult> SendAsync(Func<Seen, Reply> answer)
    {
        _answer.Of = answer;
        return _stage.SendAsync(_destination);
    }

    public async ValueTask DisposeAsync()
    {
        await _stage.DisposeAsync();
        await _identity.DisposeAsync();
        await _server.DisposeAsync();
    }

    private sealed class Answer
    {
        public volatile Func<Seen, Reply>? Of;
    }
}
