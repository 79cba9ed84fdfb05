namespace AuditFunctions.Http;

/// <summary>Headers of an answer, those of its content among them: a template does not know the difference.</summary>
public static class ResponseHeaders
{
    extension(HttpResponseMessage response)
    {
        /// <summary>The first value of a header; null when it is not there.</summary>
        public string? FirstHeader(string name) =>
            response.Headers.TryGetValues(name, out var values) || response.Content.Headers.TryGetValues(name, out values) ? values.FirstOrDefault() : null;
    }
}
