using System.Security.Cryptography;
using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Http;
using AuditFunctions.Http.Network;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Requests;

namespace AuditFunctions.Sources;

/// <summary>One attempt to get a page: what it is made with, how long it may take, and what its failure means.</summary>
internal sealed class PageAttempt : IDisposable
{
    private static readonly Uri Nowhere = new("https://missing.invalid");

    private readonly CancellationToken _given;
    private readonly TimeSpan? _left;
    private readonly CancellationTokenSource _timeout;
    private readonly CancellationTokenSource _linked;

    /// <summary>Starts it.</summary>
    /// <param name="source">The source.</param>
    /// <param name="query">What to ask for.</param>
    /// <param name="read">Whether secrets are read anew.</param>
    /// <param name="known">Takes the secrets and tokens that it uses.</param>
    /// <param name="time">Gives up after the source's time-out, or when the run must end.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public PageAttempt(SourceDefinition source, PageQuery query, SecretRead read, List<SecretText> known, TimeProvider time, CancellationToken cancellationToken)
    {
        (Source, Query, Read, Known, _given) = (source, query, read, known, cancellationToken);
        _left = query.NotAfter - time.GetUtcNow() is { } rest && rest < source.Timing.RequestTimeout ? rest : null;
        var longest = _left ?? source.Timing.RequestTimeout;
        _timeout = new CancellationTokenSource(longest > TimeSpan.Zero ? longest : TimeSpan.Zero, time);
        _linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _timeout.Token);
    }

    /// <summary>The source.</summary>
    public SourceDefinition Source { get; }

    /// <summary>What is asked for.</summary>
    public PageQuery Query { get; }

    /// <summary>Whether secrets are read anew.</summary>
    public SecretRead Read { get; }

    /// <summary>The secrets and tokens that are used.</summary>
    public List<SecretText> Known { get; }

    /// <summary>What was made of them for this request alone.</summary>
    public List<SecretText> Signatures { get; } = [];

    /// <summary>Hides both.</summary>
    public Redactor Redactor => new([.. Known, .. Signatures]);

    /// <summary>Where the page was asked for.</summary>
    public Uri Asked { get; set; } = Nowhere;

    /// <summary>The page, once an answer has come.</summary>
    public AskedPage? Page { get; set; }

    /// <summary>Ends with the caller's token, or with the time.</summary>
    public CancellationToken Stop => _linked.Token;

    /// <summary>What an exception says of the page; null for one that is a bug, or the caller's stop.</summary>
    public PageResult? FailureOf(Exception exception) => exception switch
    {
        SecretException secret => new PageResult.Refused(0, secret.Message),
        ScriptFault fault => new PageResult.Refused(0, fault.In(Source.Template)),
        RequestException request => new PageResult.Refused(0, request.Message, request.IsOfCursor),
        CryptographicException => new PageResult.Refused(0, TlsOptions.NotPem(SourceColumns.Authorities, SourceColumns.ClientCertificate)),
        HttpRequestException http => new PageResult.Failed(0, $"no answer: {ConnectionFailure.InWords(http, Asked)}") { IsBrokenOff = ConnectionFailure.IsHangUp(http) },
        IOException or InvalidDataException => new PageResult.Failed(0, "the answer broke off or is not readable") { IsBrokenOff = exception is IOException },
        OperationCanceledException when !_given.IsCancellationRequested => TimedOut(),
        _ => null,
    };

    /// <summary>A result whose reason repeats no secret, whoever put it there; nor does a page that is kept because it is broken.</summary>
    public PageResult Masked(PageResult result)
    {
        switch (result)
        {
            case PageResult.Refused refused:
                return refused with { Reason = SafeText.OneLine(Redactor.Mask(refused.Reason)) };
            case PageResult.Failed failed:
                var redactor = Redactor;
                failed.Broken?.Mask(redactor, _given);
                return failed with { Reason = SafeText.OneLine(redactor.Mask(failed.Reason)) };
            default:
                return result;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _linked.Dispose();
        _timeout.Dispose();
    }

    // The client's own time for a connection is shorter than that for an answer.
    private PageResult.Failed TimedOut() =>
        !_timeout.IsCancellationRequested ? new PageResult.Failed(0, $"no answer: {Asked.IdnHost}:{Asked.Port} took too long to accept the connection")
        : Page?.WaitsForMemory == true
            ? new PageResult.Failed(0, "other large pages took the memory for pages; if that happens often, raise Fetching__PageMemoryMegabytes") { IsTooMuch = true }
        : _left is { } left ? new PageResult.Failed(0, $"no whole answer within the {left.TotalSeconds:0} s that were left of the run")
        : new PageResult.Failed(0, $"no whole answer within {Source.Timing.RequestTimeout.TotalSeconds:0} s") { IsTooMuch = true };
}
