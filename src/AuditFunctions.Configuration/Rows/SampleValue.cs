using AuditFunctions.Configuration.Secrets;

namespace AuditFunctions.Configuration.Rows;

/// <summary>A value that a parameter would take, for rows to start from.</summary>
public static class SampleValue
{
    /// <summary>Of a parameter.</summary>
    /// <param name="parameter">The parameter.</param>
    /// <param name="row">The row's name, which a secret is named after.</param>
    public static string Of(RowParameter parameter, string row) =>
        parameter.Secret ? $"{SecretName.Prefix}{row}-{parameter.Name.ToLowerInvariant()}"
        : parameter.Example ?? parameter.Default ?? parameter.Type switch
        {
            ParameterType.Host => "acme.example.com",
            ParameterType.Url => "https://siem.example.com",
            ParameterType.Integer => "100",
            ParameterType.Boolean => "true",
            ParameterType.Duration => "5m",
            _ => parameter.Allowed.Count > 0 ? parameter.Allowed[0] : "value",
        };
}
