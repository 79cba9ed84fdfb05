using System.Globalization;

namespace AuditFunctions.Sandbox;

/// <summary>The options of a command line: pairs of <c>--name value</c>, and flags.</summary>
internal sealed class StandaloneArguments
{
    private static readonly string[] Names =
        ["events", "port", "shape", "seed", "token", "tie-length", "spacing-ms", "event-bytes", "max-body-bytes", "folder", "debug-log"];

    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    private StandaloneArguments()
    {
    }

    /// <summary>Reads the options; null when one is not known or has no value.</summary>
    public static StandaloneArguments? Read(ReadOnlySpan<string> args)
    {
        var read = new StandaloneArguments();
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] == "--live")
            {
                read._values["live"] = "true";
            }
            else if (args[i].StartsWith("--", StringComparison.Ordinal) && Names.Contains(args[i][2..], StringComparer.Ordinal)
                && i + 1 < args.Length)
            {
                read._values[args[i][2..]] = args[++i];
            }
            else
            {
                return null;
            }
        }

        return read;
    }

    /// <summary>The vendor that is asked for.</summary>
    /// <exception cref="FormatException">A value is not a number, or the shape is not known.</exception>
    public SandboxVendorOptions ToVendorOptions(TimeProvider time)
    {
        ShapePath();
        var options = new SandboxVendorOptions
        {
            Events = Number("events", 1000),
            Port = Number("port", 0),
            Seed = (ulong)Number("seed", 1),
            TieLength = Number("tie-length", 1),
            Spacing = TimeSpan.FromMilliseconds(Number("spacing-ms", 1000)),
            Token = _values.GetValueOrDefault("token", "sandbox-token"),
            Live = _values.ContainsKey("live"),
            Time = time,
            Generic = { EventBytes = Number("event-bytes", 0), MaxLimit = 10_000 },
        };
        options.StartAt = options.Live ? time.GetUtcNow() : options.StartAt;
        return options;
    }

    /// <summary>The SIEM that is asked for.</summary>
    /// <exception cref="FormatException">A value is not a number.</exception>
    public SandboxSiemOptions ToSiemOptions()
    {
        var options = new SandboxSiemOptions { Port = Number("port", 0), Token = _values.GetValueOrDefault("token", "sandbox-token") };
        options.MaxBodyBytes = Number("max-body-bytes", options.MaxBodyBytes);
        return options;
    }

    /// <summary>The storage that is asked for.</summary>
    public AzuriteServerOptions ToAzuriteOptions() => new()
    {
        PersistenceFolder = _values.GetValueOrDefault("folder"),
        DebugLogPath = _values.GetValueOrDefault("debug-log"),
    };

    /// <summary>Path of the endpoint that serves the shape that is asked for.</summary>
    /// <exception cref="FormatException">The shape is not known.</exception>
    public string ShapePath() => _values.GetValueOrDefault("shape", "okta") switch
    {
        "okta" => "api/v1/logs",
        "github" => "orgs/example/audit-log",
        "salesforce" => "services/data/v60.0/query",
        "generic" => "generic/cursor-body",
        var other => throw new FormatException($"--shape {other}: use okta, github, salesforce or generic."),
    };

    private int Number(string name, int byDefault) => !_values.TryGetValue(name, out var text) ? byDefault
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw new FormatException($"--{name} {text}: a whole number is expected.");
}
