using AuditFunctions.Cli.Settings;
using AuditFunctions.Hosting;
using Microsoft.Extensions.Configuration;

namespace AuditFunctions.Cli.Shared;

/// <summary>All that a command sees of the world around it; tests bring their own. This file is the one place where environment and settings are read.</summary>
/// <param name="ReadSettings">Reads the settings; called by the commands that need them only.</param>
/// <param name="Output">Where data goes.</param>
/// <param name="Error">Where everything else goes.</param>
/// <param name="Time">The clock.</param>
/// <param name="Folder">The folder to which file names are relative.</param>
/// <param name="Input">What a person types; null: nobody does.</param>
internal sealed record Surroundings(Func<IConfiguration> ReadSettings, TextWriter Output, TextWriter Error, TimeProvider Time, string Folder, TextReader? Input = null)
{
    /// <summary>Reads a line that is not shown while it is typed; null where <see cref="Input"/> shows nothing.</summary>
    public Func<string?>? ReadHidden { get; init; }

    /// <summary>Azurite on this machine, with its usual ports.</summary>
    public const string DevelopmentStorage = "UseDevelopmentStorage=true";

    /// <summary>Environment variables, over <c>local.settings.json</c> in the current folder.</summary>
    public static Surroundings OfThisProcess()
    {
        var folder = Directory.GetCurrentDirectory();
        return new Surroundings(
            () => Settings(LocalSettings.Read(folder), new ConfigurationBuilder().AddEnvironmentVariables().Build()),
            Console.Out,
            Console.Error,
            TimeProvider.System,
            folder,
            Console.In)
        {
            ReadHidden = HiddenLine.OfThisProcess(),
        };
    }

    /// <summary>
    /// The environment's settings over a file's. A storage account that the environment names in one way replaces one that the file names
    /// in another: half of each would lead to the file's account.
    /// </summary>
    internal static IConfiguration Settings(IReadOnlyDictionary<string, string?> file, IConfiguration environment)
    {
        var section = environment.GetSection(PipelineServices.StorageSetting);
        var named = section.Value is { Length: > 0 } || section.GetChildren().Any(child => !IsClient(child.Path));
        return new ConfigurationBuilder()
            .AddInMemoryCollection(file.Where(setting => !named || !IsStorage(setting.Key)))
            .AddConfiguration(environment)
            .Build();
    }

    /// <summary>The settings with a storage account: the one given, else the one they name, else Azurite's.</summary>
    /// <exception cref="OperationException">A settings file cannot be read.</exception>
    public IConfiguration SettingsWith(string? storage)
    {
        var settings = ReadSettings();
        var section = settings.GetSection(PipelineServices.StorageSetting);
        storage ??= section.Value is { Length: > 0 } || section.GetChildren().Any() ? null : DevelopmentStorage;
        return storage is null
            ? settings
            : new ConfigurationBuilder()
                .AddInMemoryCollection(settings.AsEnumerable()
                    .Where(setting => setting.Value is not null && (!IsStorage(setting.Key) || IsClient(setting.Key))))
                .AddInMemoryCollection([new(PipelineServices.StorageSetting, storage)])
                .Build();
    }

    private static bool IsStorage(string key) =>
        key.Equals(PipelineServices.StorageSetting, StringComparison.OrdinalIgnoreCase)
        || key.StartsWith(PipelineServices.StorageSetting + ConfigurationPath.KeyDelimiter, StringComparison.OrdinalIgnoreCase);

    // The identity is the vault's too, and names no account.
    private static bool IsClient(string key) =>
        key.Equals($"{PipelineServices.StorageSetting}{ConfigurationPath.KeyDelimiter}clientId", StringComparison.OrdinalIgnoreCase);
}
