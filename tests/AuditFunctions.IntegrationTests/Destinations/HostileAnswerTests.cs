using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using AuditFunctions.Destinations;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Destinations;

/// <summary>Every kind on HTTP against a server that does harm by how it answers: it is left, in time and with nothing taken for delivered.</summary>
public sealed class HostileAnswerTests
{
    private const string Chunked = "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static readonly string Piece = $"2000\r\n{new string('[', 0x2000)}\r\n";

    public static TheoryData<int> Cases => [.. Enumerable.Range(0, Kinds.OnHttp.Count)];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task An_answer_without_an_end_is_left(int at)
    {
        // Where a status is the proof, it is one before the end of what follows.
        Assert.IsType<SendResult.Retry>(await AttackAsync(at, $"HTTP/1.1 503 x\r\n{Chunked}", Piece));
        Assert.IsNotType<SendResult.Rejected>(await AttackAsync(at, $"HTTP/1.1 200 x\r\n{Chunked}", Piece));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Headers_without_an_end_are_left(int at)
    {
        var retry = Assert.IsType<SendResult.Retry>(await AttackAsync(at, "HTTP/1.1 200 x\r\n", $"X-Long: {new string('x', 1000)}\r\n"));
        Assert.Contains("headers", retry.Reason, StringComparison.Ordinal);
        Assert.IsType<SendResult.Retry>(await AttackAsync(at, "HTTP/1.1 100 Continue\r\n\r\n", $"HTTP/1.1 102 x\r\nX-Long: {new string('x', 1000)}\r\n\r\n"));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_body_that_is_unpacked_without_an_end_is_left(int at)
    {
        // Behind a flush the same megabyte is packed alike each time, into about a kilobyte.
        using var packed = new MemoryStream();
        await using var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true);
        var zeros = new byte[1 << 20];
        var ends = new List<int>();
        for (var megabyte = 0; megabyte < 3; megabyte++)
        {
            await gzip.WriteAsync(zeros);
            await gzip.FlushAsync();
            ends.Add((int)packed.Length);
        }

        byte[] start = [.. "HTTP/1.1 503 x\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"u8, .. Chunk(packed.ToArray()[..ends[1]])];
        Assert.IsType<SendResult.Retry>(await AttackAsync(at, start, Chunk(packed.ToArray()[ends[1]..ends[2]])));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task What_comes_a_byte_at_a_time_or_never_gets_to_an_answer_is_left_when_its_time_is_over(int at)
    {
        foreach (var start in new[] { $"HTTP/1.1 500 x\r\n{Chunked}1\r\n \r\n", "HTTP/1.1 102 Processing\r\n\r\n", "HTTP/1.1 2" })
        {
            var retry = Assert.IsType<SendResult.Retry>(await AttackAsync(at, start, "", isSlow: true));
            Assert.Contains("no answer within 20 s", retry.Reason, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_status_that_no_destination_has_is_no_delivery(int at)
    {
        foreach (var status in new[] { "101 Switching Protocols", "000 x", "199 x", "299 x", "304 x", "399 x", "599 x", "600 x", "999 x" })
        {
            var result = await AttackAsync(at, $"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", "");
            Assert.True(result is SendResult.Retry or SendResult.Refused || (status[0] == '2' && Kinds.OnHttp[at].TakesAnyText), $"{Kinds.OnHttp[at]}: {status} means {result}");
        }
    }

    private static byte[] Chunk(byte[] bytes) => [.. Encoding.ASCII.GetBytes($"{bytes.Length:x}\r\n"), .. bytes, .. "\r\n"u8];

    private static Task<SendResult> AttackAsync(int at, string start, string piece, bool isSlow = false) =>
        AttackAsync(at, Encoding.ASCII.GetBytes(start), Encoding.ASCII.GetBytes(piece), isSlow);

    // Answers with a start, and then a piece again and again until the client is gone.
    private static async Task<SendResult> AttackAsync(int at, byte[] start, byte[] piece, bool isSlow = false)
    {
        var cases = Kinds.OnHttp[at];
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var stage = KindStage.Create(("AUDIT_SECRET_SIEM", cases.Secret("first-secret")));
        await using var identity = await stage.WithIdentityAsync("first-secret");
        var sending = stage.SendAsync(DestinationConformanceTests.Define(cases.Row(new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/"))));
        using var socket = await listener.AcceptSocketAsync(Stage.Deadline());
        Assert.Equal(1, await socket.ReceiveAsync(new byte[1], Stage.Deadline()));
        await using var stream = new NetworkStream(socket);
        var reading = stream.CopyToAsync(Stream.Null, Stage.Deadline());
        var writing = WriteAsync(stream, start, piece);
        if (!isSlow && piece.Length == 0)
        {
            await writing;
            socket.Shutdown(SocketShutdown.Send);
        }
        else if (isSlow)
        {
            await writing;
            stage.Clock.Advance(TimeSpan.FromSeconds(20));
        }

        var result = await sending;
        await Task.WhenAll(reading, writing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return result;
    }

    private static async Task WriteAsync(NetworkStream stream, byte[] start, byte[] piece)
    {
        await stream.WriteAsync(start, Stage.Deadline());
        while (piece.Length > 0)
        {
            await stream.WriteAsync(piece, Stage.Deadline());
        }
    }
}
