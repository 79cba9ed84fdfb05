using System.Text;
using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Destinations;
using AuditFunctions.Destinations.Catalogs;
using AuditFunctions.Destinations.Lines;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Destinations;

/// <summary>Lines in files and on standard output.</summary>
public sealed class FileDestinationTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("files-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task Lines_hold_the_events_and_are_there_when_the_body_is_accepted()
    {
        await using var stage = KindStage.Create(("Shipping:FileFolder", _root));
        var destination = Define();
        Assert.IsType<SendResult.Accepted>(await stage.SendAsync(destination));
        Assert.IsType<SendResult.Accepted>(await stage.SendAsync(destination));
        var file = Assert.Single(Files());
        Assert.Equal("dest-20260131T100000-0.jsonl", Path.GetFileName(file));
        var lines = await ReadLinesAsync(file);
        Assert.Equal(6, lines.Length);
        Assert.Equal("""{"source":"acme","partition":"eu-1","id":"2","template":"acme-sign","vendor":"Acme \"Sign\" é","fetched":"2026-01-31T10:00:00.1234567Z","event":{"id":2,"big":12345678901234567890,"deep":[[[[[[[[{}]]]]]]]]}}""", lines[1]);
        Assert.StartsWith("{\"source\":\"acme\",\"partition\":\"eu-1\",\"id\":\"a\\u00e91\",\"time\":\"2026-01-31T09:59:01.1234567Z\",\"template\":\"acme-sign\",\"vendor\":\"Acme \\\"Sign\\\" é\",\"fetched\":\"2026-01-31T10:00:00.1234567Z\",\"event\":{ \"id\": \"a\\u00e91\",  \t\"text\"", lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_that_is_large_or_old_is_followed_by_a_new_one_and_so_is_one_that_somebody_removed()
    {
        await using var stage = KindStage.Create(("Shipping:FileFolder", _root));
        var destination = Define(("rotate", "10m"), ("maxFileBytes", "100000"));
        await stage.SendAsync(destination);
        stage.Clock.Advance(TimeSpan.FromMinutes(9));
        await stage.SendAsync(destination);
        Assert.Single(Files());
        stage.Clock.Advance(TimeSpan.FromMinutes(1));
        await stage.SendAsync(destination);
        Assert.Equal(2, Files().Length);
        var large = ($"\"{new string('x', 100_000)}\"", "large", (DateTimeOffset?)null);
        await stage.Client.DeliverAsync(destination, stage.Body(destination, large), Stage.Deadline());
        await stage.SendAsync(destination);
        Assert.Equal(3, Files().Length);
        Array.ForEach(Files(), File.Delete);
        Assert.IsType<SendResult.Accepted>(await stage.SendAsync(destination));
        Assert.Single(Files());
    }

    [Fact]
    public async Task Two_processes_never_write_to_one_file()
    {
        await using var one = KindStage.Create(("Shipping:FileFolder", _root));
        await using var other = KindStage.Create(("Shipping:FileFolder", _root));
        await Task.WhenAll(one.SendAsync(Define()), other.SendAsync(Define()));
        Assert.Equal(["dest-20260131T100000-0.jsonl", "dest-20260131T100000-1.jsonl"], Files().Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Without_the_setting_or_the_right_nothing_is_written_and_the_batch_waits()
    {
        await using var without = KindStage.Create();
        Assert.Contains("Shipping__FileFolder", Assert.IsType<SendResult.Refused>(await without.SendAsync(Define())).Reason, StringComparison.Ordinal);

        // A file stands where the folder should be.
        await File.WriteAllTextAsync(Path.Combine(_root, "okta"), "");
        await using var stage = KindStage.Create(("Shipping:FileFolder", _root));
        Assert.IsType<SendResult.Retry>(await stage.SendAsync(Define()));
    }

    [Theory]
    [InlineData("../etc")]
    [InlineData("/etc")]
    [InlineData("a//b")]
    [InlineData("a/..")]
    [InlineData("C:\\x")]
    [InlineData(".hidden")]
    public void Folder_that_leads_elsewhere_is_refused(string folder)
    {
        var problems = new Problems();
        Assert.Null(DestinationCatalog.Read(PipelineHarness.Row("dest", ("type", "file"), ("folder", folder)), problems));
        Assert.Equal("folder", Assert.Single(problems.Found).Where);
    }

    [Fact]
    public async Task Standard_output_gets_whole_bodies_one_after_another()
    {
        using var written = new MemoryStream();
        using var output = new SharedOutput(() => written);
        await using var stage = KindStage.Create();
        var destination = DestinationConformanceTests.Define(("type", "stdout"));
        var services = new SenderServices(() => throw new InvalidOperationException(), _ => throw new InvalidOperationException(), stage.Clock) { Output = output };
        await using var sender = destination.CreateSender(services);
        await using var other = destination.CreateSender(services);
        var none = new Dictionary<string, SecretText>();
        var results = await Task.WhenAll(
            sender.SendAsync(stage.Body(destination, KindStage.Events), none, default), other.SendAsync(stage.Body(destination, KindStage.Events), none, default));
        Assert.All(results, result => Assert.IsType<SendResult.Accepted>(result));
        var lines = Encoding.UTF8.GetString(written.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(6, lines.Length);
        Assert.Equal(lines[..3], lines[3..]);
        Assert.Equal("lines/1", new LinesFormat(1).Kind);
    }

    private static DestinationDefinition Define(params (string Column, string Value)[] more) => DestinationConformanceTests.Define([("type", "file"), ("folder", "okta"), .. more]);

    // The writer still has it open.
    private static async Task<string[]> ReadLinesAsync(string file)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream);
        return (await reader.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private string[] Files() => Directory.GetFiles(Path.Combine(_root, "okta"));
}
