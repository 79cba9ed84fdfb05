using AuditFunctions.Sources.Scripts;

namespace AuditFunctions.Sources.Requests;

/// <summary>A script of a template failed, so that a request cannot be made, or an answer not be read.</summary>
/// <param name="key">The key that holds the script.</param>
/// <param name="failure">What it says: function, line and reason.</param>
internal sealed class ScriptFault(string key, ScriptFailure failure)
    : RequestException($"the script of '{key}' failed: {failure.Message}; correct '{key}.code'")
{
    /// <summary>The message with the template that must be corrected.</summary>
    /// <param name="template">Its name; empty where the row brings its whole definition.</param>
    public string In(string template) => $"{Message} of {(template.Length > 0 ? $"template '{template}'" : "the row's definition")}";
}
