using System.IO.Pipes;
using System.Text;
using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Destinations;
using AuditFunctions.Destinations.Catalogs;
using AuditFunctions.Destinations.Lines;
using AuditFunctions.Events;
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
    public async Task File_that_was_begun_while_the_clock_ran_ahead_is_followed_by_a_new_one_when_it_is_right()
    {
        await using var stage = KindStage.Create(("Shipping:FileFolder", _root));
        var destination = Define(("rotate", "10m"));
        stage.Clock.Advance(TimeSpan.FromDays(1));
        await stage.SendAsync(destination);
        stage.Clock.SetBack(TimeSpan.FromDays(1));
        await stage.SendAsync(destination);
        Assert.Equal(2, Files().Length);
    }

    [Theory]
    [InlineData("moved, and an empty one put in its place")]
    [InlineData("copied and cut")]
    [InlineData("written to")]
    public async Task File_that_somebody_changed_is_left_and_what_comes_next_is_whole_in_a_new_one(string how)
    {
        await using var stage = KindStage.Create(("Shipping:FileFolder", _root));
        await stage.SendAsync(Define());
        var file = Assert.Single(Files());
        var lines = await ReadLinesAsync(file);
        switch (how)
        {
            case "moved, and an empty one put in its place":
                File.Move(file, file + ".1");
                await File.WriteAllTextAsync(file, "");
                break;
            case "copied and cut":
                File.Copy(file, file + ".1");
                await using (var stream = new FileStream(file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
                {
                    stream.SetLength(0);
                }

                break;
            default:
                await File.AppendAllTextAsync(file, "hello\n");
                break;
        }

        Assert.IsType<SendResult.Accepted>(await stage.SendAsync(Define()));
        var fresh = Assert.Single(Files(), path => path.EndsWith("-1.jsonl", StringComparison.Ordinal));
        Assert.Equal(lines, await ReadLinesAsync(fresh));
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
        var retry = Assert.IsType<SendResult.Retry>(await stage.SendAsync(Define()));
        Assert.Equal("writing to folder 'okta' below Shipping__FileFolder failed: The file 'Shipping__FileFolder/okta' already exists.", retry.Reason);
    }

    /// <summary>Made anew, the folder would hide that what it stands on is gone, and the lines with it when that is back.</summary>
    [Fact]
    public async Task Folder_that_vanishes_is_not_made_anew()
    {
        var root = Path.Combine(_root, "mounted");
        Directory.CreateDirectory(root);
        await using var stage = KindStage.Create(("Shipping:FileFolder", root));
        Assert.IsType<SendResult.Accepted>(await stage.SendAsync(Define()));
        Directory.Move(root, root + "-away");
        Assert.Contains("does not exist", Assert.IsType<SendResult.Refused>(await stage.SendAsync(Define())).Reason, StringComparison.Ordinal);
        Assert.False(Directory.Exists(root));
        Directory.CreateDirectory(root);
        Assert.IsType<SendResult.Accepted>(await stage.SendAsync(Define()));
        Assert.Equal(3, (await ReadLinesAsync(Assert.Single(Directory.GetFiles(Path.Combine(root, "okta"))))).Length);
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

    [Fact]
    public async Task Standard_output_whose_reader_has_left_has_taken_nothing()
    {
        using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);
        using var output = new SharedOutput(() => StandardOutput.Open(pipe.SafePipeHandle.DangerousGetHandle()));
        pipe.DisposeLocalCopyOfClientHandle();
        await Assert.ThrowsAsync<IOException>(() => output.WriteAsync(Lines(10), Stage.Deadline()));
    }

    [Fact]
    public async Task Reader_that_stops_to_read_is_waited_for_as_long_as_asked_and_gets_whole_bodies()
    {
        using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);
        using var reader = new AnonymousPipeClientStream(PipeDirection.In, pipe.ClientSafePipeHandle);
        using var output = new SharedOutput(() => StandardOutput.Open(pipe.SafePipeHandle.DangerousGetHandle()));
        using var patience = new CancellationTokenSource();
        var begun = output.WriteAsync(Lines(1_000_000), patience.Token);
        Assert.Equal((byte)'x', reader.ReadByte());
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => begun);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => output.WriteAsync(Lines(5), patience.Token));

        var next = output.WriteAsync(Lines(10), Stage.Deadline());
        var rest = new byte[999_999 + 10];
        await reader.ReadExactlyAsync(rest, Stage.Deadline());
        await next;
        Assert.Equal(new string('x', 999_998) + "\n" + new string('x', 9) + "\n", Encoding.ASCII.GetString(rest));
    }

    [Fact]
    public async Task Reader_that_does_not_read_is_not_waited_for_when_the_process_stops()
    {
        using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);
        using var reader = new AnonymousPipeClientStream(PipeDirection.In, pipe.ClientSafePipeHandle);
        using var output = new SharedOutput(() => StandardOutput.Open(pipe.SafePipeHandle.DangerousGetHandle()));
        await using var stage = KindStage.Create();
        var destination = DestinationConformanceTests.Define(("type", "stdout"));
        var services = new SenderServices(() => throw new InvalidOperationException(), _ => throw new InvalidOperationException(), stage.Clock) { Output = output };
        await using var sender = destination.CreateSender(services);
        var large = ($"\"{new string('x', 900_000)}\"", "large", (DateTimeOffset?)null);
        var none = new Dictionary<string, SecretText>();
        Task<SendResult>[] waiting = [sender.SendAsync(stage.Body(destination, large), none, default), sender.SendAsync(stage.Body(destination, KindStage.Events), none, default)];
        Assert.Equal((byte)'{', reader.ReadByte());
        Assert.DoesNotContain(waiting, one => one.IsCompleted);
        output.Leave();
        Assert.All(await Task.WhenAll(waiting), result => Assert.Contains("the process stops", Assert.IsType<SendResult.Retry>(result).Reason, StringComparison.Ordinal));
    }

    private static PooledBytes Lines(int bytes)
    {
        var line = new PooledBytes();
        line.Write(Encoding.ASCII.GetBytes(new string('x', bytes - 1) + "\n"));
        return line;
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
