using System.Security.Cryptography;
using System.Text;

namespace AuditFunctions.Sandbox;

/// <summary>The pinned Azurite npm package in a folder: installed once, then found there by every process of this user.</summary>
/// <remarks>A marker file, written last, tells a finished installation from an interrupted one, which is done again.</remarks>
internal sealed class AzuriteInstallation
{
    private const string Version = "3.35.0";

    private AzuriteInstallation(string folder) => Folder = folder;

    /// <summary>Where the package is.</summary>
    public string Folder { get; }

    /// <summary>The script that runs <see cref="EntryPoint"/> for as long as its standard input is open.</summary>
    public string RunScript => Path.Combine(Folder, "run.js");

    /// <summary>Azurite itself: blobs, queues and tables in one process.</summary>
    public string EntryPoint => Path.Combine(Folder, "node_modules", "azurite", "dist", "src", "azurite.js");

    /// <summary>Installs the package unless it is there. Several processes may call this at once.</summary>
    /// <exception cref="AzuriteException">npm is missing, or the installation failed.</exception>
    public static async Task<AzuriteInstallation> EnsureAsync(AzuriteServerOptions options, CancellationToken ct)
    {
        var folder = options.InstallFolder ?? DefaultFolder();
        Directory.CreateDirectory(folder);
        var installation = new AzuriteInstallation(folder);
        var lockFile = Resource("package-lock.json");
        var runScript = Resource("run.js");
        var fingerprint = Convert.ToHexString(SHA256.HashData([.. lockFile, .. runScript]));
        if (await installation.IsInstalledAsync(fingerprint, ct))
        {
            return installation;
        }

        await using var mutex = await FileMutex.AcquireAsync(folder + ".lock", options.InstallTimeout, options.Time, ct);
        if (await installation.IsInstalledAsync(fingerprint, ct))
        {
            return installation;
        }

        File.Delete(installation.MarkerPath);
        await File.WriteAllBytesAsync(Path.Combine(folder, "package.json"), Resource("package.json"), ct);
        await File.WriteAllBytesAsync(Path.Combine(folder, "package-lock.json"), lockFile, ct);
        await File.WriteAllBytesAsync(installation.RunScript, runScript, ct);
        await NpmCi.RunAsync(folder, options.InstallTimeout, options.Time, ct);
        if (!File.Exists(installation.EntryPoint))
        {
            throw new AzuriteException($"npm ci in '{folder}' ended without an error, but '{installation.EntryPoint}' is not there. " +
                "Delete the folder and try again.");
        }

        await File.WriteAllTextAsync(installation.MarkerPath, fingerprint, ct);
        return installation;
    }

    private string MarkerPath => Path.Combine(Folder, "installed");

    private async Task<bool> IsInstalledAsync(string fingerprint, CancellationToken ct) =>
        File.Exists(MarkerPath) && File.Exists(EntryPoint)
        && (await File.ReadAllTextAsync(MarkerPath, Encoding.UTF8, ct)).Trim() == fingerprint;

    private static string DefaultFolder()
    {
        var cache = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return Path.Combine(cache.Length == 0 ? Path.GetTempPath() : cache, "auditfunctions", "azurite-" + Version);
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
