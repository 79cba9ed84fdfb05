using System.Globalization;
using System.IO.Compression;
using System.Text;
using AuditFunctions.Destinations;
using AuditFunctions.Hosting;
using AuditFunctions.Pipeline.Shipping;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Seen = AuditFunctions.Tests.Support.ScriptedServer.Seen;

namespace AuditFunctions.Tests.Destinations;

/// <summary>A destination of a kind, and what sends to it, without storage.</summary>
internal sealed class KindStage : IAsyncDisposable
{
    /// <summary>Events of mixed shapes: escapes, line breaks between tokens, numbers beyond a double, an event that is no object.</summary>
    public static readonly IReadOnlyList<(string Bytes, string Id, DateTimeOffset? Time)> Events =
    [
        ("{ \"id\": \"a\\u00e91\",\r\n\t\"text\": \"caf\\u00e9 ☕ 😀 \\\"q\\\" \\\\ \\n\", \"nested\": { \"event\": [ 1, null, 1e400 ] } }", "a\\u00e91", At(1)),
        ("{\"id\":2,\"big\":12345678901234567890,\"deep\":[[[[[[[[{}]]]]]]]]}", "2", null),
        ("[1,\"two\"]", "0123456789abcdef0123456789abcdef", At(3)),
    ];

    /// <summary>Where they come from: a vendor whose name needs escapes everywhere.</summary>
    public static readonly BodyContext Origin = new("acme", "eu-1") { Template = "acme-sign", Vendor = "Acme \"Sign\" é", FetchedAt = At(60) };

    private readonly ServiceProvider _services;

    private KindStage(IConfigurationRoot configuration, ManualTime clock, ServiceProvider services)
    {
        Configuration = configuration;
        Clock = clock;
        _services = services;
    }

    public IConfigurationRoot Configuration { get; }

    public ManualTime Clock { get; }

    public DestinationClient Client => _services.GetRequiredService<DestinationClient>();

    public static KindStage Create(params (string Setting, string Value)[] settings)
    {
        var all = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
        {
            ["AzureWebJobsStorage"] = "UseDevelopmentStorage=true",
            ["AUDIT_SECRET_SIEM"] = "first-secret",
            ["Shipping:SendTimeout"] = "00:00:20",
        };
        foreach (var (setting, value) in settings)
        {
            all[setting] = value;
        }

        var configuration = new ConfigurationBuilder().AddInMemoryCollection(all).Build();
        var clock = new ManualTime("2026-01-31T10:00:00Z");
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(clock).AddSingleton(new Random(1)).AddSingleton<IConfiguration>(configuration).AddLogging();
        services.AddSingleton(LoopbackIdentity.Of(configuration));
        services.AddPipeline(configuration).AddScheduling().AddShipping().AddPatientConnections();
        return new KindStage(configuration, clock, services.BuildServiceProvider());
    }

    /// <summary>A body of events, packed as fetching does.</summary>
    public SendBody Body(DestinationDefinition destination, params IEnumerable<(string Bytes, string Id, DateTimeOffset? Time)> events)
    {
        using var packer = new BodyPacker(destination.Format, Origin, destination.Name);
        foreach (var (bytes, id, time) in events)
        {
            Assert.Null(packer.Add(new EventView { Bytes = Encoding.UTF8.GetBytes(bytes), Id = Encoding.UTF8.GetBytes(id), Time = time }, out var fits));
            Assert.True(fits);
        }

        using var body = packer.Finish()!;
        return new SendBody(body.BatchId, body.Gzip.ToArray(), body.RawBytes, body.Events, Clock.GetUtcNow()) { Origin = Origin, Day = "20260131" };
    }

    public Task<SendResult> SendAsync(DestinationDefinition destination) => Client.DeliverAsync(destination, Body(destination, Events), Stage.Deadline());

    /// <summary>What a request carries, decompressed.</summary>
    public static byte[] Raw(Seen request)
    {
        if (request.Header("Content-Encoding") != "gzip" && request.Header("Content-Type") != "application/gzip")
        {
            return request.Bytes;
        }

        using var raw = new MemoryStream();
        using var inflate = new GZipStream(new MemoryStream(request.Bytes), CompressionMode.Decompress);
        inflate.CopyTo(raw);
        return raw.ToArray();
    }

    public static Outcome OutcomeOf(SendResult result) => result switch
    {
        SendResult.Accepted => Outcome.Accepted,
        SendResult.Retry => Outcome.Retry,
        SendResult.Refused => Outcome.Refused,
        SendResult.Rejected { IsTooLarge: true } => Outcome.TooLarge,
        SendResult.Rejected => Outcome.Rejected,
        _ => throw new ArgumentOutOfRangeException(nameof(result), result, "Say what it is."),
    };

    /// <summary>Gives the identity a token, for kinds that need one.</summary>
    public async Task<SandboxSiem> WithIdentityAsync(string token)
    {
        var identity = await SandboxSiem.StartAsync(new SandboxSiemOptions { Token = token }, Stage.Deadline());
        LoopbackIdentity.Use(Configuration, identity);
        return identity;
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private static DateTimeOffset At(int second) => DateTimeOffset.Parse("2026-01-31T09:59:00.1234567Z", CultureInfo.InvariantCulture).AddSeconds(second);
}
