namespace AuditFunctions.Sandbox;

/// <summary>The pinned Azurite npm package in a folder.</summary>
internal sealed class AzuriteInstallation
{
    private const string Version = "3.35.0";
    private const string Script = "run.js";
    private static readonly string Entry = Path.Combine("node_modules", "azurite", "dist", "src", "azurite.js");
    private readonly NpmInstallation _package;

    private AzuriteInstallation(NpmInstallation package) => _package = package;

    /// <summary>Where the package is.</summary>
    public string Folder => _package.Folder;

    /// <summary>The script that runs <see cref="EntryPoint"/> for as long as its standard input is open.</summary>
    public string RunScript => Path.Combine(Folder, Script);

    /// <summary>Azurite itself: blobs, queues and tables in one process.</summary>
    public string EntryPoint => _package.EntryPoint;

    /// <summary>Installs the package unless it is there. Several processes may call this at once.</summary>
    /// <exception cref="AzuriteException">npm is missing, or the installation failed.</exception>
    public static async Task<AzuriteInstallation> EnsureAsync(AzuriteServerOptions options, CancellationToken ct)
    {
        var folder = options.InstallFolder ?? NpmInstallation.FolderOf("azurite-" + Version);
        string[] names = ["package.json", NpmInstallation.LockFile, Script];
        var files = names.ToDictionary(name => name, Resource, StringComparer.Ordinal);
        return new AzuriteInstallation(await NpmInstallation.EnsureAsync(folder, files, Entry, options.InstallTimeout, options.Time, ct));
    }

    private static byte[] Resource(string name)
    {
        using var stream = typeof(AzuriteInstallation).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The assembly has no resource '{name}'.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
