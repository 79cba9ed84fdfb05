using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Destinations.AzureBlob;
using AuditFunctions.Destinations.CrowdStrike;
using AuditFunctions.Destinations.Elastic;
using AuditFunctions.Destinations.Files;
using AuditFunctions.Destinations.Http;
using AuditFunctions.Destinations.Intakes;
using AuditFunctions.Destinations.Kafka;
using AuditFunctions.Destinations.Otlp;
using AuditFunctions.Destinations.QRadar;
using AuditFunctions.Destinations.S3;
using AuditFunctions.Destinations.Sentinel;
using AuditFunctions.Destinations.SplunkHec;
using AuditFunctions.Destinations.Syslog;

namespace AuditFunctions.Destinations.Catalogs;

/// <summary>Every kind of destination.</summary>
public static class DestinationCatalog
{
    // One line per kind.
    private static readonly Catalog<IDestinationType> All = new(
        "destination types",
        new SplunkHecDestination(),
        new HttpDestination(),
        new SentinelDestination(),
        new ElasticDestination(),
        new OtlpDestination(),
        new FileDestination(),
        new StdoutDestination(),
        new CrowdStrikeDestination(),
        new SyslogDestination(),
        new QRadarDestination(),
        new AzureBlobDestination(),
        new S3Destination(),
        new IntakeDestination(Datadog.Kind),
        new IntakeDestination(Sumo.Kind),
        new IntakeDestination(NewRelic.Kind),
        new IntakeDestination(Dynatrace.Kind),
        new IntakeDestination(Loki.Kind),
        new IntakeDestination(CortexXsiam.Kind),
        new IntakeDestination(Rapid7.Kind),
        new IntakeDestination(Panther.Kind),
        new IntakeDestination(Axiom.Kind),
        new IntakeDestination(BetterStack.Kind),
        new IntakeDestination(LogzIo.Kind),
        new IntakeDestination(Coralogix.Kind),
        new IntakeDestination(Graylog.Kind),
        new IntakeDestination(Exabeam.Kind),
        new IntakeDestination(GoogleSecOps.Kind),
        new IntakeDestination(EventHubs.Kind),
        new IntakeDestination(ServiceBus.Kind),
        new IntakeDestination(Adx.Kind),
        new KafkaDestination());

    private static readonly RowParameter Oversize =
        DestinationColumn.Choice("oversize", "What becomes of an event larger than maxBodyBytes: dead-letter: it goes to the dead letters; cut: a marker with its start is sent.", "dead-letter", "cut");

    /// <summary>The kinds, for messages and documentation.</summary>
    public static IReadOnlyList<IDestinationType> Types => All.Entries;

    /// <summary>The columns of every kind beside <c>type</c>: its own, its address first, what becomes of events that are too large, and the way out.</summary>
    public static IReadOnlyList<RowParameter> ColumnsOf(IDestinationType type) => [.. type.Columns, Oversize, .. NetworkColumns.Of(type)];

    /// <summary>Whether a column is one that every destination row has; columns compare without case.</summary>
    public static bool IsCommon(string column) => column.Equals("type", StringComparison.OrdinalIgnoreCase) || column.Equals("name", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads a row; null when <paramref name="problems"/> tells that it is wrong.</summary>
    public static DestinationDefinition? Read(TableRow row, Problems problems)
    {
        var before = problems.Found.Count;
        if (!ResourceName.IsValid(row.Name))
        {
            problems.Add("name", $"'{row.Name}' is no destination name; allowed: {ResourceName.Allowed}.");
        }

        var word = row["type"]?.Trim();
        if (Types.FirstOrDefault(type => type.Name == word) is not { } type)
        {
            var is_ = word is null ? "is missing" : $"'{word}' is unknown";
            problems.Add("type", $"{is_}; types: {string.Join(", ", All.Names)}.");
            return null;
        }

        var columns = BoundParameters.Bind(ColumnsOf(type), $"destination type '{type.Name}'", row, IsCommon, problems);
        if (problems.Found.Count > before)
        {
            return null;
        }

        var oversize = columns[Oversize.Name] == "cut" ? OversizePolicy.Cut : OversizePolicy.DeadLetter;
        var definition = NetworkColumns.Read(type.Define(row.Name, columns, problems), columns, problems) with { Oversize = oversize };
        return problems.Found.Count == before ? definition : null;
    }
}
