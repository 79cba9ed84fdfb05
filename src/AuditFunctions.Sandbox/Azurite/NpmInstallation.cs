using System.Security.Cryptography;
using System.Text;

namespace AuditFunctions.Sandbox;

/// <summary>A pinned npm package in a folder: installed once, then found there by every process of this user.</summary>
/// <remarks>A marker file, written last, tells a finished installation from an interrupted one, which is done again.</remarks>
internal sealed class NpmInstallation
{
    /// <summary>The file that pins what is installed; one of the files that an installation begins with.</summary>
    public const string LockFile = "package-lock.json";

    private NpmInstallation(string folder, string entryPoint)
    {
        Folder = folder;
        EntryPoint = Path.Combine(folder, entryPoint);
    }

    /// <summary>Where the package is.</summary>
    public string Folder { get; }

    /// <summary>The file without which there is no package.</summary>
    public string EntryPoint { get; }

    private string MarkerPath => Path.Combine(Folder, "installed");

    /// <summary>
    /// Installs the package unless it is there as these files (package.json, its lock file, scripts) say. Several processes may call this at
    /// once: one installs, the others wait for it.
    /// </summary>
    /// <exception cref="AzuriteException">npm is missing, or the installation failed.</exception>
    public static async Task<NpmInstallation> EnsureAsync(
        string folder,
        IReadOnlyDictionary<string, byte[]> files,
        string entryPoint,
        TimeSpan timeout,
        TimeProvider time,
        CancellationToken ct)
    {
        Directory.CreateDirectory(folder);
        var installation = new NpmInstallation(folder, entryPoint);
        var fingerprint = FingerprintOf(files);
        if (await installation.IsInstalledAsync(fingerprint, ct))
        {
            return installation;
        }

        await using var mutex = await FileMutex.AcquireAsync(folder + ".lock", timeout, time, ct);
        if (await installation.IsInstalledAsync(fingerprint, ct))
        {
            return installation;
        }

        File.Delete(installation.MarkerPath);
        foreach (var (name, content) in files)
        {
            await File.WriteAllBytesAsync(Path.Combine(folder, name), content, ct);
        }

        await NpmCi.RunAsync(folder, timeout, time, ct);
        if (!File.Exists(installation.EntryPoint))
        {
            throw new AzuriteException($"npm ci in '{folder}' ended without an error, but '{installation.EntryPoint}' is not there. " +
                "Delete the folder and try again.");
        }

        await File.WriteAllTextAsync(installation.MarkerPath, fingerprint, ct);
        return installation;
    }

    /// <summary>The folder of this user for packages of one name and version.</summary>
    public static string FolderOf(string nameAndVersion)
    {
        var cache = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return Path.Combine(cache.Length == 0 ? Path.GetTempPath() : cache, "auditfunctions", nameAndVersion);
    }

    // package.json says nothing that the lock file does not.
    private static string FingerprintOf(IReadOnlyDictionary<string, byte[]> files) =>
        Convert.ToHexString(SHA256.HashData([.. files[LockFile], .. files.Where(file => file.Key.EndsWith(".js", StringComparison.Ordinal))
            .SelectMany(file => file.Value)]));

    private async Task<bool> IsInstalledAsync(string fingerprint, CancellationToken ct) =>
        File.Exists(MarkerPath) && File.Exists(EntryPoint)
        && (await File.ReadAllTextAsync(MarkerPath, Encoding.UTF8, ct)).Trim() == fingerprint;
}
