using System.Text;
using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Secrets;

namespace AuditFunctions.Sources.Inspection;

/// <summary>Takes notes while a page is asked for, for a person who wants to see what the vendor and the template do. Not thread safe.</summary>
public sealed class PageNotes
{
    private const int MaxStart = 2 * 1024;
    private readonly List<Exchange> _exchanges = [];

    /// <summary>Every request so far with its answer, token requests included.</summary>
    public IReadOnlyList<Exchange> Exchanges => _exchanges;

    /// <summary>What takes out the secrets of its requests, and all that was exchanged for them; null when nothing was asked.</summary>
    public Redactor? Known { get; private set; }

    /// <summary>What the template found on the page; null when the answer was no page.</summary>
    public PageFindings? Page { get; internal set; }

    /// <summary>What was found on the page of a list whose items are asked for; empty where there is none.</summary>
    internal IReadOnlyList<Finding> List { get; set; } = [];

    /// <summary>The request for the next page, without secrets; null when none is named.</summary>
    public string? NextRequest { get; internal set; }

    /// <summary>Notes a request with its answer.</summary>
    /// <param name="request">The request.</param>
    /// <param name="requestBody">Its body; null when it has none.</param>
    /// <param name="response">The answer; null when there was none.</param>
    /// <param name="answer">What is known of the answer's body; null when it is not to be shown.</param>
    /// <param name="known">The secrets that may stand anywhere in it.</param>
    internal void Note(HttpRequestMessage request, byte[]? requestBody, HttpResponseMessage? response, ReadOnlyMemory<byte>? answer, Redactor known)
    {
        Known = known;
        _exchanges.Add(new Exchange
        {
            Method = request.Method.Method,
            Url = Safe(request.RequestUri!.AbsoluteUri),
            RequestHeaders = [.. request.Headers.Concat(request.Content?.Headers ?? Enumerable.Empty<KeyValuePair<string, IEnumerable<string>>>()).Select(Line)],
            RequestBody = requestBody is null ? null : Safe(Encoding.UTF8.GetString(requestBody)),
            Status = (int?)response?.StatusCode ?? 0,
            AnswerHeaders = response is null
                ? []
                : [.. response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated).Select(header => Line(new(header.Key, header.Value)))],
            AnswerStart = answer is { } body ? Start(body.Span) : null,
            AnswerBytes = answer?.Length ?? 0,
        });

        string Safe(string text) => SafeText.Lines(known.Mask(text));

        // What a name says about its value: a cookie or a credential of somebody's is nobody's business.
        string Line(KeyValuePair<string, IEnumerable<string>> header) =>
            IsCredential(header.Key) ? $"{header.Key}: {Redactor.Mark}" : SafeText.OneLine(known.Mask($"{header.Key}: {string.Join(", ", header.Value)}"));

        // Masked before it is cut, so that no secret is cut in two.
        string Start(ReadOnlySpan<byte> bytes)
        {
            var text = SafeText.Lines(known.MaskStart(bytes, 4 * MaxStart));
            return text.Length <= MaxStart ? text : text[..MaxStart];
        }
    }

    private static bool IsCredential(string header) =>
        header.Equals("Authorization", StringComparison.OrdinalIgnoreCase) || header.Equals("Proxy-Authorization", StringComparison.OrdinalIgnoreCase)
        || header.Equals("Cookie", StringComparison.OrdinalIgnoreCase) || header.Equals("Set-Cookie", StringComparison.OrdinalIgnoreCase);
}
