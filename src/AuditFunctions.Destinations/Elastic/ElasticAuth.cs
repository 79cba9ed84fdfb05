using System.Net.Http.Headers;
using System.Text;
using AuditFunctions.Configuration.Secrets;

namespace AuditFunctions.Destinations.Elastic;

/// <summary>How requests to Elasticsearch or OpenSearch prove who we are.</summary>
/// <param name="Kind"><c>api-key</c>, <c>basic</c> or <c>none</c>.</param>
/// <param name="Username">The user name, with <c>basic</c>.</param>
internal sealed record ElasticAuth(string Kind, string? Username)
{
    /// <summary>Adds the credential.</summary>
    public void Apply(HttpRequestHeaders headers, IReadOnlyDictionary<string, SecretText> secrets)
    {
        if (Kind == "api-key")
        {
            headers.TryAddWithoutValidation("Authorization", "ApiKey " + secrets["apiKey"].Reveal());
        }
        else if (Kind == "basic")
        {
            headers.TryAddWithoutValidation("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Username}:{secrets["password"].Reveal()}")));
        }
    }
}
