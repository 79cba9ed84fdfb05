using AuditFunctions.Configuration;

namespace AuditFunctions.Sources.Scripts;

/// <summary>Reads <c>code</c>, as it stands: braces are the language's own.</summary>
internal static class ScriptCode
{
    /// <summary>Reads it.</summary>
    /// <param name="reader">The map.</param>
    /// <param name="function">The function that it must have.</param>
    /// <param name="argument">Its parameter, for messages.</param>
    public static ScriptProgram Read(SettingReader reader, string function, string argument)
    {
        var code = reader.Plain(SettingKeys.Code);
        if (string.IsNullOrWhiteSpace(code))
        {
            reader.Problems.Add(reader.At(SettingKeys.Code), $"is missing: JavaScript with a function {function}({argument}).");
            return ScriptProgram.Empty;
        }

        var program = ScriptProgram.Parse(code, function, out var problem);
        if (problem is not null)
        {
            reader.Problems.Add(reader.At(SettingKeys.Code), problem);
        }

        return program ?? ScriptProgram.Empty;
    }
}
