using Acornima;
using Acornima.Ast;
using Jint;

namespace AuditFunctions.Sources.Scripts;

/// <summary>A script that was parsed: once, for all engines that run it. Immutable and thread safe.</summary>
internal sealed class ScriptProgram
{
    /// <summary>Characters that a script may have.</summary>
    public const int MostCharacters = 32_768;

    /// <summary>What stands for it in traces.</summary>
    public const string Name = "script";

    private ScriptProgram(Prepared<Script> prepared, string text)
    {
        Prepared = prepared;
        Words = new ScriptWords(text);
    }

    /// <summary>What stands for a script with problems.</summary>
    public static ScriptProgram Empty { get; } = new(Engine.PrepareScript(""), "");

    /// <summary>What an engine runs.</summary>
    public Prepared<Script> Prepared { get; }

    /// <summary>What may be said of its errors.</summary>
    public ScriptWords Words { get; }

    /// <summary>Parses a script.</summary>
    /// <param name="text">JavaScript.</param>
    /// <param name="function">The function that it must have for us; all others are its own.</param>
    /// <param name="problem">What is wrong, with its line, or null.</param>
    public static ScriptProgram? Parse(string text, string function, out string? problem)
    {
        if (text.Length > MostCharacters)
        {
            problem = $"has {text.Length:N0} characters; allowed: {MostCharacters:N0}.";
            return null;
        }

        try
        {
            var options = ScriptPreparationOptions.Default with { ParsingOptions = ScriptParsingOptions.Default with { AllowReturnOutsideFunction = false } };
            var prepared = Engine.PrepareScript(text, Name, strict: true, options);
            problem = ProblemOf(prepared.Program!, function);
            return problem is null ? new ScriptProgram(prepared, text) : null;
        }
        catch (ScriptPreparationException exception)
        {
            problem = exception.InnerException is ParseErrorException error ? $"line {error.LineNumber} of the script: {error.Description}." : "is no JavaScript, or nested too deep.";
            return null;
        }
    }

    /// <summary>Whether a function has a second parameter.</summary>
    public bool TakesSecond(string function) =>
        Prepared.Program!.Body.OfType<FunctionDeclaration>().Any(one => one.Id?.Name == function && one.Params.Count > 1);

    private static string? ProblemOf(Script script, string function)
    {
        if (script.DescendantNodesAndSelf().FirstOrDefault(node => node is AwaitExpression or ImportExpression or IFunction { Async: true }) is { } waiting)
        {
            return $"line {waiting.Location.Start.Line} of the script: waits or imports, which scripts cannot.";
        }

        var declared = script.Body.OfType<FunctionDeclaration>().Where(one => one.Id?.Name == function).ToList();
        return declared.Count == 0 ? $"has no function {function}; write: function {function}(...) {{ ... }}."
            : declared.Find(one => one.Generator) is { } generator ? $"line {generator.Location.Start.Line} of the script: must be a function without a star."
            : null;
    }
}
