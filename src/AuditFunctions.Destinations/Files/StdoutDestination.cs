using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Destinations.Lines;
using AuditFunctions.Events;

namespace AuditFunctions.Destinations.Files;

/// <summary>JSON lines on standard output, for trying out and for hosts that collect what containers write.</summary>
internal sealed class StdoutDestination : IDestinationType
{
    /// <inheritdoc/>
    public string Name => "stdout";

    /// <inheritdoc/>
    public string Title => "JSON lines on standard output, for trying out and for hosts that collect what containers write.";

    /// <inheritdoc/>
    public string Proof => "The lines are written and flushed.";

    /// <inheritdoc/>
    public IReadOnlyList<RowParameter> Columns { get; } =
    [
        DestinationColumn.Number("maxBodyBytes", "Largest body, in bytes, 100,000 to 50,000,000.", 1_000_000),
    ];

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, FrameLayout> Framings => LinesFormat.Framings;

    /// <inheritdoc/>
    public DestinationDefinition Define(string name, BoundParameters columns, Problems problems) => new()
    {
        Name = name,
        Type = Name,
        Address = "standard output",
        Format = new LinesFormat(columns.Number("maxBodyBytes", 100_000, 50_000_000, problems)),
        CreateSender = services => new StdoutSender(services),
        Secrets = columns.Secrets,
    };

    private sealed class StdoutSender(SenderServices services) : ISender
    {
        public async Task<SendResult> SendAsync(SendBody body, IReadOnlyDictionary<string, SecretText> secrets, CancellationToken cancellationToken)
        {
            var raw = new PooledBytes(body.RawBytes);
            if (!BodyGzip.TryInflate(body.Gzip, raw))
            {
                raw.Dispose();
                return new SendResult.Refused(0, "the body is no gzip");
            }

            try
            {
                await services.Output.WriteAsync(raw, cancellationToken);
                return SendResult.Accepted.Instance;
            }
            catch (IOException)
            {
                return new SendResult.Retry(0, "standard output is closed");
            }
            catch (TimeoutException)
            {
                return new SendResult.Retry(0, "standard output is not read, and the process stops");
            }
        }

        public Task<SendResult?> CheckAsync(IReadOnlyDictionary<string, SecretText> secrets, CancellationToken cancellationToken) => Task.FromResult<SendResult?>(null);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
