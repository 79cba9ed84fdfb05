using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Destinations.Lines;

namespace AuditFunctions.Destinations.Files;

/// <summary>Files of JSON lines below a folder of the host, for an agent that reads them.</summary>
internal sealed class FileDestination : IDestinationType
{
    private static readonly TimeSpan ShortestRotation = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    public string Name => "file";

    /// <inheritdoc/>
    public string Title => "Files of JSON lines on the host, for an agent that reads them.";

    /// <inheritdoc/>
    public string Proof => "The lines are written and flushed to the disk.";

    /// <inheritdoc/>
    public IReadOnlyList<RowParameter> Columns { get; } =
    [
        DestinationColumn.Required("folder", "Folder below the setting Shipping__FileFolder; made when it is missing.", "okta"),
        DestinationColumn.Number("maxFileBytes", "A file that has so many bytes is followed by a new one, 100,000 to 2,000,000,000.", 100_000_000),
        DestinationColumn.Duration("rotate", "A file that is so old is followed by a new one, at least 1m.", "1h"),
        DestinationColumn.Number("maxBodyBytes", "Largest body, in bytes, 100,000 to 50,000,000.", 5_000_000),
    ];

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, FrameLayout> Framings => LinesFormat.Framings;

    /// <inheritdoc/>
    public DestinationDefinition Define(string name, BoundParameters columns, Problems problems)
    {
        var folder = columns["folder"]!;
        if (!folder.Split('/').All(ResourceName.IsValid))
        {
            problems.Add("folder", $"is no folder below Shipping__FileFolder: names between '/', each {ResourceName.Allowed}.");
        }

        if (!Durations.TryParse(columns["rotate"]!, out var rotate) || rotate < ShortestRotation)
        {
            problems.Add("rotate", "is too short; allowed: 1m and more.");
        }

        var maxFileBytes = columns.Number("maxFileBytes", 100_000, 2_000_000_000, problems);
        return new DestinationDefinition
        {
            Name = name,
            Type = Name,
            Address = folder,
            Format = new LinesFormat(columns.Number("maxBodyBytes", 100_000, 50_000_000, problems)),
            CreateSender = services => new FileSender(name, folder, maxFileBytes, rotate, services),
            Secrets = columns.Secrets,
        };
    }
}
