using AuditFunctions.Configuration;
using AuditFunctions.Sources.Processors;
using AuditFunctions.Sources.Processors.Asn;
using AuditFunctions.Sources.Processors.Compact;
using AuditFunctions.Sources.Processors.Conversion;
using AuditFunctions.Sources.Processors.Dedupe;
using AuditFunctions.Sources.Processors.Drop;
using AuditFunctions.Sources.Processors.EncryptSubject;
using AuditFunctions.Sources.Processors.Extract;
using AuditFunctions.Sources.Processors.Flatten;
using AuditFunctions.Sources.Processors.Geoip;
using AuditFunctions.Sources.Processors.Keep;
using AuditFunctions.Sources.Processors.Lift;
using AuditFunctions.Sources.Processors.Lookup;
using AuditFunctions.Sources.Processors.Map;
using AuditFunctions.Sources.Processors.Parse;
using AuditFunctions.Sources.Processors.Pseudonymise;
using AuditFunctions.Sources.Processors.Redact;
using AuditFunctions.Sources.Processors.Remove;
using AuditFunctions.Sources.Processors.Rename;
using AuditFunctions.Sources.Processors.Sample;
using AuditFunctions.Sources.Processors.Script;
using AuditFunctions.Sources.Processors.Select;
using AuditFunctions.Sources.Processors.Set;
using AuditFunctions.Sources.Processors.Split;
using AuditFunctions.Sources.Processors.Timestamp;
using AuditFunctions.Sources.Processors.Truncate;
using AuditFunctions.Sources.Processors.Zip;

namespace AuditFunctions.Sources.Catalogs;

/// <summary>Every action of a processor: one line each.</summary>
internal static class ProcessorCatalog
{
    public static Catalog<ProcessorEntry> Actions { get; } = new(
        "processors",
        KeepProcessor.Entry,
        DropProcessor.Entry,
        SampleProcessor.Entry,
        DedupeProcessor.Entry,
        RemoveProcessor.Entry,
        SelectProcessor.Entry,
        CompactProcessor.Entry,
        RenameProcessor.Entry,
        SetProcessor.Entry,
        RedactProcessor.Entry,
        PseudonymiseProcessor.Entry,
        EncryptSubjectProcessor.Entry,
        TruncateProcessor.Entry,
        ExtractProcessor.Entry,
        SplitProcessor.Entry,
        FlattenProcessor.Entry,
        LiftProcessor.Entry,
        ParseProcessor.Entry,
        ZipProcessor.Entry,
        ConvertProcessor.Entry,
        TimestampProcessor.Entry,
        LookupProcessor.Entry,
        GeoipProcessor.Entry,
        AsnProcessor.Entry,
        MapProcessor.Entry,
        ScriptProcessor.Entry);
}
