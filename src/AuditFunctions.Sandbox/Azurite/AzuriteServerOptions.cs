namespace AuditFunctions.Sandbox;

/// <summary>How an <see cref="AzuriteServer"/> is started.</summary>
public sealed class AzuriteServerOptions
{
    /// <summary>Folder that keeps the data between runs. Default: none, everything is held in memory and gone at the end.</summary>
    public string? PersistenceFolder { get; set; }

    /// <summary>File that receives Azurite's debug log. Default: none.</summary>
    public string? DebugLogPath { get; set; }

    /// <summary>Accepts headers and parameters that Azurite does not know instead of refusing the request. Default: no.</summary>
    public bool Loose { get; set; }

    /// <summary>Memory for blob and queue contents without a persistence folder, in MiB. Default: half of the machine's.</summary>
    public int? MemoryLimitMiB { get; set; }

    /// <summary>Folder into which the npm package is installed. Default: a per-user cache folder.</summary>
    public string? InstallFolder { get; set; }

    /// <summary>Longest wait for the three services after the process has started. Default 60 s.</summary>
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Longest wait for the installation, or for another process that is installing. Default 5 min.</summary>
    public TimeSpan InstallTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The clock of the waits.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;
}
