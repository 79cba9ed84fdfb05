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
            () => new ConfigurationBuilder().AddInMemoryCollection(LocalSettings.Read(folder)).AddEnvironmentVariables().Build(),
            Console.Out,
            Console.Error,
            TimeProvider.System,
            folder,
            Console.In)
        {
            ReadHidden = HiddenLine.OfThisProcess(),
        };
    }

    /// <summary>The settings with a storage account: the one given, else the one they name, else Azurite's.</summary>
    /// <exception cref="OperationException">A settings file cannot be read.</exception>
    public IConfiguration SettingsWith(string? storage)
    {
        var settings = ReadSettings();
        storage ??= settings.GetSection(PipelineServices.StorageSetting) is { } section && (section.Value is { Length: > 0 } || section.GetChildren().Any())
            ? null
            : DevelopmentStorage;
        return storage is null
            ? settings
            : new ConfigurationBuilder()
                .AddConfiguration(settings)
                .AddInMemoryCollection([new(PipelineServices.StorageSetting, storage)])
                .Build();
    }
}
