using System.Text.Json;

namespace AuditFunctions.Tests.Infra.Tools;

/// <summary>main.bicep as the compiler translates it, with its modules.</summary>
internal sealed class Template
{
    private static readonly Lazy<Task<Template>> Compiled = new(CompileAsync);
    private readonly JsonElement _root;

    private Template(JsonElement root, string messages)
    {
        _root = root;
        Messages = messages;
    }

    /// <summary>What the compiler found.</summary>
    public string Messages { get; }

    /// <summary>The whole text.</summary>
    public string Text => _root.GetRawText();

    /// <summary>Parameters of main.bicep, in their order.</summary>
    public IEnumerable<JsonProperty> Parameters => _root.GetProperty("parameters").EnumerateObject();

    /// <summary>Outputs of main.bicep, in their order.</summary>
    public IEnumerable<JsonProperty> Outputs => _root.GetProperty("outputs").EnumerateObject();

    /// <summary>Modules by their names in main.bicep.</summary>
    public IEnumerable<(string Name, JsonElement Deployment)> Modules => _root.GetProperty("resources").EnumerateObject()
        .Where(resource => resource.Value.GetProperty("type").GetString() == "Microsoft.Resources/deployments")
        .Select(resource => (resource.Name, resource.Value));

    /// <summary>Names of parameters and outputs, those of modules too.</summary>
    public IEnumerable<string> Names => Modules.Select(module => Inside(module.Deployment)).Append(_root)
        .SelectMany(template =>
            new[] { "parameters", "outputs" }.Select(part => template.TryGetProperty(part, out var items) ? items : default))
        .Where(items => items.ValueKind == JsonValueKind.Object)
        .SelectMany(items => items.EnumerateObject().Select(item => item.Name)).Distinct(StringComparer.Ordinal);

    /// <summary>A variable of main.bicep, as the compiler writes it.</summary>
    public string Variable(string name) => _root.GetProperty("variables").GetProperty(name).GetString()!;

    public static Task<Template> ReadAsync() => Compiled.Value;

    /// <summary>The template that a module deploys.</summary>
    public static JsonElement Inside(JsonElement module) => module.GetProperty("properties").GetProperty("template");

    private static async Task<Template> CompileAsync()
    {
        var (code, output, error) = await Bicep.RunAsync("build", Path.Combine(Bicep.Folder, "main.bicep"), "--stdout");
        Assert.True(code == 0, error);
        return new Template(JsonDocument.Parse(output).RootElement, error);
    }
}
