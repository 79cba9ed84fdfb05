using System.Text.Json;
using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Events;
using AuditFunctions.Http;
using AuditFunctions.Sources.Auth;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Requests;

namespace AuditFunctions.Sources;

/// <summary>Makes a source's steps, each once in its life in this process, and gives what they captured to the requests that follow.</summary>
internal static class StepRequests
{
    private const int MaxAnswerBytes = 256 * 1024;
    private const int MaxValueLength = 4_096;

    /// <summary>Under which the captured values of all steps of a source are kept.</summary>
    public static string KeyOf(string tokenKey) => tokenKey + "/step/";

    /// <summary>Makes the steps that are due, and fills in what all of them captured.</summary>
    /// <returns>Why one of them failed; null when all went well.</returns>
    public static async ValueTask<AuthRefusal?> RunAsync(SourceDefinition source, RequestValues values, AuthContext context, CancellationToken cancellationToken)
    {
        var captured = new Dictionary<string, string>(StringComparer.Ordinal);
        values.Captured = captured;

        // A look-up of partitions knows none yet, or the outer one only.
        foreach (var step in source.Steps.Where(step => step.Levels.All(values.Partition.ContainsKey)))
        {
            var partition = string.Join('/', step.Levels.Select(level => Uri.EscapeDataString(values.Partition[level])));
            var key = $"{KeyOf(context.TokenKey)}{step.Name}/{partition}";
            var (kept, refusal) = await context.Tokens.GetAsync(key, ct => AskAsync(step, source, context, ct), cancellationToken);
            if (kept is null)
            {
                return refusal;
            }

            using var found = JsonDocument.Parse(kept.Reveal());
            foreach (var capture in step.Captures)
            {
                captured[capture.Name] = found.RootElement.GetProperty(capture.Name).GetString()!;
                if (capture.IsSecret)
                {
                    context.Credentials.Add(new SecretText(captured[capture.Name]));
                }
            }
        }

        return null;
    }

    private static async Task<(SecretText? Kept, TimeSpan Life, AuthRefusal? Refusal)> AskAsync(
        StepDefinition step, SourceDefinition source, AuthContext context, CancellationToken cancellationToken)
    {
        var draft = RequestBuilder.Build(step.Request, cursorIsUrl: false, context.Values);
        if (step.Authenticates && await source.Auth.ApplyAsync(draft, context, cancellationToken) is { } refused)
        {
            return (null, default, refused);
        }

        using var message = draft.ToMessage();
        try
        {
            using var response = await context.SendAsync(message, cancellationToken);
            using var body = new PooledBytes();
            var isWhole = await PageReader.ReadAsync(response.Content, body, MaxAnswerBytes, cancellationToken);
            if (StepErrors.Of(step, source, response, body.WrittenSpan, context.Values.Now, (status, wait) => Refused(step, status, $"answered {status}", wait)) is { } ruled)
            {
                return (null, default, ruled);
            }

            if (!response.IsSuccessStatusCode && !IsAccepted(step, response, body.WrittenSpan))
            {
                var error = Refused(step, (int)response.StatusCode, $"answered {(int)response.StatusCode}", RetryAfter.Of(response, context.Values.Now));
                return (null, default, ResponseMeaning.SaysThrottle(error.StatusCode, body.WrittenSpan) ? error with { Kind = RefusalKind.Throttle } : error);
            }

            if (!isWhole)
            {
                return (null, default, Refused(step, 0, $"answered more than {MaxAnswerBytes >> 10} KB"));
            }

            return Captured(step, response, body.WrittenSpan, out var wrong) is { } captured
                ? (new SecretText(captured), step.Life, null)
                : (null, default, Refused(step, 0, wrong!));
        }
        catch (HttpRequestException exception)
        {
            return (null, default, Refused(step, 0, $"failed: {ConnectionFailure.InWords(exception, message.RequestUri!)}"));
        }
    }

    private static AuthRefusal Refused(StepDefinition step, int status, string what, TimeSpan? wait = null) =>
        new(status, $"step '{step.Name}', {step.Request.Shown}, {what}", wait) { Advice = "Check what the credential may do, and 'steps' in the definition." };

    private static bool IsAccepted(StepDefinition step, HttpResponseMessage response, ReadOnlySpan<byte> body)
    {
        using var cut = new CutPage();
        var isReadable = PageCutter.Cut(body, step.ErrorPlan, cut) is null;
        foreach (var rule in step.Accepted.Where(rule => rule.IsOf((int)response.StatusCode)))
        {
            var text = isReadable && rule.ReadsBody ? ScalarField.TextOf(body, cut, rule.BodyField) : null;
            if (rule.Applies(response, isReadable ? _ => text : null))
            {
                return true;
            }
        }

        return false;
    }

    // The captured values as a JSON object.
    private static string? Captured(StepDefinition step, HttpResponseMessage response, ReadOnlySpan<byte> body, out string? wrong)
    {
        wrong = null;
        using var cut = new CutPage();
        var isReadable = PageCutter.Cut(body, step.Plan, cut) is null;
        var captured = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var capture in step.Captures)
        {
            var text = capture.Header is { } header ? response.FirstHeader(header) : isReadable ? ScalarField.TextOf(body, cut, capture.Field) : null;
            if (string.IsNullOrEmpty(text))
            {
                wrong = $"holds nothing at '{capture.Where}'";
                return null;
            }

            if (text.Length > MaxValueLength || text.Any(char.IsControl))
            {
                wrong = $"holds at '{capture.Where}' what is no value: longer than {MaxValueLength} characters, or with control characters";
                return null;
            }

            if ((capture.Hosts.Count > 0 ? AddressOf(text, capture.Hosts) : text) is not { } value)
            {
                wrong = $"names an address at '{capture.Where}' that is at none of the hosts {string.Join(", ", capture.Hosts)}; it is not used";
                return null;
            }

            captured[capture.Name] = value;
        }

        return JsonSerializer.Serialize(captured, StepJson.Default.DictionaryStringString);
    }

    // A URL, or a host alone.
    private static string? AddressOf(string text, IReadOnlyList<string> hosts) =>
        Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : $"https://{text}", UriKind.Absolute, out var url)
            && HttpsUrl.IsAllowed(url) && url.UserInfo.Length == 0 && url.Query.Length == 0 && url.Fragment.Length == 0
            && hosts.Any(host => ItemAddress.IsOf(url, host))
            ? url.AbsoluteUri.TrimEnd('/')
            : null;
}
