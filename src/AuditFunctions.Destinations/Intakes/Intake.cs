using System.Text;
using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Destinations.Transport;
using AuditFunctions.Http.Tokens;

namespace AuditFunctions.Destinations.Intakes;

/// <summary>What an answer of an intake means; null where its status says what statuses say everywhere.</summary>
internal delegate SendResult? IntakeAnswer(in HttpAnswer answer);

/// <summary>A service that takes logs over HTTP in its own JSON, said as data: its address, frames, limits, headers and answers. Immutable.</summary>
internal sealed record Intake
{
    /// <summary>The kind's word.</summary>
    public required string Name { get; init; }

    /// <summary>What it is, in one line.</summary>
    public required string Title { get; init; }

    /// <summary>What proves that a body was accepted; null where that is a quiet success.</summary>
    public string? Proof { get; init; }

    /// <summary>Its own columns, the address first.</summary>
    public required IReadOnlyList<RowParameter> Columns { get; init; }

    /// <summary>Columns that a row usually needs although none of them alone is required.</summary>
    public IReadOnlyList<string> UsualColumns { get; init; } = [];

    /// <summary>How events are framed.</summary>
    public required IntakeFrames Frames { get; init; }

    /// <summary>Its address, by the row.</summary>
    public required Func<BoundParameters, Problems, Uri> Address { get; init; }

    /// <summary>The address of a request; null: the address itself. For those that want the token in it.</summary>
    public Func<Uri, IReadOnlyDictionary<string, SecretText>, Uri>? Request { get; init; }

    /// <summary>Headers of a request that prove who we are.</summary>
    public required Func<BoundParameters, IReadOnlyDictionary<string, SecretText>, IEnumerable<(string Name, string Value)>> Credential { get; init; }

    /// <summary>The header of a request that is signed at its instant; null where none is. It may throw a <see cref="CredentialException"/>.</summary>
    public Func<IReadOnlyDictionary<string, SecretText>, DateTimeOffset, (string Name, string Value)>? Signed { get; init; }

    /// <summary>Other headers, by the row.</summary>
    public Func<BoundParameters, IReadOnlyList<(string Name, string Value)>> Headers { get; init; } = _ => [];

    /// <summary>Checks the columns together.</summary>
    public Action<BoundParameters, Problems> Check { get; init; } = (_, _) => { };

    /// <summary>The access token that it needs, by the row and the address; null for none.</summary>
    public Func<BoundParameters, Uri, EntraToken>? Token { get; init; }

    /// <summary>Whether it takes bodies that are gzip-compressed.</summary>
    public bool TakesGzip { get; init; } = true;

    /// <summary>The type of the content.</summary>
    public string MediaType { get; init; } = "application/json";

    /// <summary>The type of compressed content, where it differs; null where it does not.</summary>
    public string? GzipMediaType { get; init; }

    /// <summary>Largest body that may be set, in bytes.</summary>
    public required int MostBodyBytes { get; init; }

    /// <summary>Largest body by default, in bytes.</summary>
    public required int BodyBytes { get; init; }

    /// <summary>Most events in a body.</summary>
    public int MaxEvents { get; init; } = 10_000;

    /// <summary>Longest event that is kept whole, in bytes.</summary>
    public int MaxEventBytes { get; init; } = int.MaxValue;

    /// <summary>Whether its answers may say something for each event, and so be long.</summary>
    public bool HasLongAnswers { get; init; }

    /// <summary>A success that its status alone tells; null where the body must tell it as well.</summary>
    public QuietSuccess? Quiet { get; init; }

    /// <summary>What an answer means that is no quiet success.</summary>
    public IntakeAnswer Answer { get; init; } = (in HttpAnswer _) => null;
}

/// <summary>A kind of destination that is an intake.</summary>
internal sealed class IntakeDestination : IDestinationType
{
    private const int LeastBodyBytes = 100_000;
    private readonly Intake _intake;

    /// <summary>Makes the kind.</summary>
    public IntakeDestination(Intake intake)
    {
        _intake = intake;
        Columns =
        [
            .. intake.Columns,
            .. intake.Quiet is null ? Array.Empty<RowParameter>() : [QuietSuccess.Expect],
            .. intake.TakesGzip ? [DestinationColumn.Flag("gzip", "Whether bodies are sent gzip-compressed.", fallback: true)] : Array.Empty<RowParameter>(),
            DestinationColumn.Number("maxBodyBytes", $"Largest body before compression, in bytes, {LeastBodyBytes:N0} to {intake.MostBodyBytes:N0}.", intake.BodyBytes),
        ];
        Framings = new Dictionary<string, FrameLayout> { [intake.Frames.Kind] = intake.Frames.Layout };
    }

    /// <inheritdoc/>
    public string Name => _intake.Name;

    /// <inheritdoc/>
    public string Title => _intake.Title;

    /// <inheritdoc/>
    public string Proof => _intake.Proof ?? _intake.Quiet!.Proof;

    /// <inheritdoc/>
    public IReadOnlyList<RowParameter> Columns { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> UsualColumns => _intake.UsualColumns;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, FrameLayout> Framings { get; }

    /// <inheritdoc/>
    public DestinationDefinition Define(string name, BoundParameters columns, Problems problems)
    {
        var address = _intake.Address(columns, problems);
        _intake.Check(columns, problems);
        var protocol = new IntakeProtocol(_intake, address, columns);
        return new DestinationDefinition
        {
            Name = name,
            Type = Name,
            Address = address.Authority,
            Url = address,
            Format = new IntakeFormat(_intake.Frames, columns.Number("maxBodyBytes", LeastBodyBytes, _intake.MostBodyBytes, problems), _intake.MaxEvents, _intake.MaxEventBytes),
            CreateSender = services => new HttpSender(protocol, services),
            Secrets = columns.Secrets,
            Token = _intake.Token?.Invoke(columns, address),
        };
    }

    private sealed class IntakeProtocol(Intake intake, Uri address, BoundParameters columns) : IHttpProtocol
    {
        private readonly bool _gzip = intake.TakesGzip && columns.IsTrue("gzip");
        private readonly IReadOnlyList<(string Name, string Value)> _headers = intake.Headers(columns);
        private readonly byte[]? _expect = intake.Quiet is not null && columns[QuietSuccess.Expect.Name] is { } text ? Encoding.UTF8.GetBytes(text) : null;

        public HttpRequestMessage Request(SendBody body, IReadOnlyDictionary<string, SecretText> secrets)
        {
            (string Name, string Value)[] headers = [.. intake.Credential(columns, secrets), .. intake.Signed is { } sign ? [sign(secrets, body.SentAt)] : Array.Empty<(string, string)>(), .. _headers];
            var type = _gzip && intake.GzipMediaType is { } compressed ? compressed : intake.MediaType;
            var message = new HttpRequestMessage(HttpMethod.Post, intake.Request?.Invoke(address, secrets) ?? address) { Content = BodyContent.Of(body, _gzip, type) };
            foreach (var (name, value) in headers)
            {
                message.Headers.TryAddWithoutValidation(name, value);
            }

            return message;
        }

        public int MaxAnswerBytes(int events) => intake.HasLongAnswers ? IHttpProtocol.LongAnswer : IHttpProtocol.ShortAnswer;

        public SendResult Read(in HttpAnswer answer) => intake.Answer(answer) ?? intake.Quiet?.Read(answer, intake.Name, _expect) ?? answer.Status switch
        {
            >= 200 and < 300 => HttpStatus.NotItsOwn(answer.Status, $"which {intake.Name} does not answer"),
            _ => HttpStatus.Meaning(answer.Status, $"HTTP {answer.Status}"),
        };
    }
}
