using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Secrets;

namespace AuditFunctions.Operations.Contracts.Recording;

/// <summary>Makes exchanges of a contract of what was recorded, without secrets.</summary>
/// <param name="redactors">What knows the secrets and all that was exchanged for them.</param>
/// <param name="people">What hides people; null when they may be seen.</param>
/// <param name="baseUrl">What the template's addresses start with.</param>
/// <param name="template">The template's text: only the headers that it names are kept of an answer.</param>
internal sealed class ContractDraft(IReadOnlyList<Redactor> redactors, HiddenPeople? people, Uri baseUrl, string template)
{
    private static readonly string[] AlwaysKept = ["Link", "Retry-After"];
    private readonly string _basePath = baseUrl.AbsolutePath.TrimEnd('/');

    /// <summary>An exchange of a call.</summary>
    public ContractExchange Of(RecordedCall call)
    {
        var path = call.Url.AbsolutePath;
        var isBelow = SameOrigin(call.Url) && _basePath.Length > 0 && path.StartsWith(_basePath + "/", StringComparison.Ordinal);
        return new ContractExchange(
            $"{call.Method} {Safe(isBelow ? path[_basePath.Length..] : path)}",
            [.. Pairs(call.Url.Query.TrimStart('?'))],
            call.Authorization is { } scheme ? new Dictionary<string, string>(StringComparer.Ordinal) { ["Authorization"] = scheme + " *" } : [],
            BodyOf(call),
            null,
            call.Status,
            call.AnswerHeaders.Where(IsKept).GroupBy(header => header.Key, StringComparer.OrdinalIgnoreCase)
                .ToDictionary(header => header.Key, header => Local(Safe(string.Join(", ", header.Select(one => one.Value)))), StringComparer.OrdinalIgnoreCase),
            Readable(Local(Safe(call.Answer))));
    }

    /// <summary>A text without secrets, and without people where they are hidden.</summary>
    public string Safe(string text)
    {
        foreach (var redactor in redactors)
        {
            text = redactor.Mask(text);
        }

        text = SignedUrls.Hide(text);
        return people?.Hide(text) ?? text;
    }

    private SettingNode? BodyOf(RecordedCall call)
    {
        if (call.Body is not { Length: > 0 } body)
        {
            return null;
        }

        var safe = Safe(body);
        if (call.BodyType == "application/x-www-form-urlencoded")
        {
            return new SettingText(0, string.Join('&', Pairs(safe).Select(pair => $"{pair.Name}={pair.Value}")), Plain: false);
        }

        var problems = new Problems();
        return call.BodyType == "application/json" && SettingYaml.Read(safe, "", problems) is { } json && problems.None ? json : null;
    }

    private IEnumerable<(string Name, string Value)> Pairs(string query) => ContractAnswers.Pairs(query).Select(pair => (pair.Name, SignedUrls.IsSecret(pair.Name) ? "*" : Local(Safe(pair.Value))));

    private bool SameOrigin(Uri url) => Uri.Compare(url, baseUrl, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) == 0;

    private bool IsKept(KeyValuePair<string, string> header) =>
        AlwaysKept.Contains(header.Key, StringComparer.OrdinalIgnoreCase)
        || (header.Key.Equals("Content-Type", StringComparison.OrdinalIgnoreCase) && !header.Value.StartsWith("application/json", StringComparison.OrdinalIgnoreCase))
        || (!header.Key.Contains("cookie", StringComparison.OrdinalIgnoreCase) && IsNamed(header.Key));

    // As a value of the template, or in a script: headers["x-next"], headers.etag.
    private bool IsNamed(string header) =>
        new[] { $"\"{header}\"", $"'{header}'", $"\"{header}\\\"", $"`{header}`", $"headers.{header}" }.Any(one => template.Contains(one, StringComparison.OrdinalIgnoreCase));

    // Links lead to the replay.
    private string Local(string text)
    {
        var origin = baseUrl.GetLeftPart(UriPartial.Authority);
        foreach (var address in new[] { origin + _basePath, origin })
        {
            text = text.Replace(address, "{server}", StringComparison.Ordinal)
                .Replace(address.Replace("/", "\\/", StringComparison.Ordinal), "{server}", StringComparison.Ordinal);
        }

        return text;
    }

    private static string Readable(string answer)
    {
        try
        {
            using var document = JsonDocument.Parse(answer, new JsonDocumentOptions { MaxDepth = 1_000 });
            using var buffer = new MemoryStream();
            using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 1_000, NewLine = "\n" }))
            {
                document.RootElement.WriteTo(writer);
            }

            return Encoding.UTF8.GetString(buffer.ToArray());
        }
        catch (JsonException)
        {
            return answer;
        }
    }
}
