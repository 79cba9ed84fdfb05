using System.Text.Json;
using System.Text.Json.Serialization;

namespace AuditFunctions.Cli.Output;

/// <summary>What <c>--json</c> writes. The shapes are an interface: members are added, never renamed or removed.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true)]
[JsonSerializable(typeof(RunShape))]
[JsonSerializable(typeof(DemoShape))]
[JsonSerializable(typeof(AppliedShape))]
[JsonSerializable(typeof(SourceListShape))]
[JsonSerializable(typeof(SourceDetailShape))]
[JsonSerializable(typeof(SourceTestShape))]
[JsonSerializable(typeof(DestinationListShape))]
[JsonSerializable(typeof(DestinationDetailShape))]
[JsonSerializable(typeof(DestinationTestShape))]
[JsonSerializable(typeof(NewRowShape))]
[JsonSerializable(typeof(ImportShape))]
[JsonSerializable(typeof(RemovedShape))]
[JsonSerializable(typeof(SwitchedShape))]
[JsonSerializable(typeof(TemplateListShape))]
[JsonSerializable(typeof(TemplateShape))]
[JsonSerializable(typeof(TypeListShape))]
[JsonSerializable(typeof(StatusShape))]
[JsonSerializable(typeof(DeadLetterListShape))]
[JsonSerializable(typeof(DeadLetterDetailShape))]
[JsonSerializable(typeof(RetriedShape))]
[JsonSerializable(typeof(DiscardedShape))]
[JsonSerializable(typeof(ExportedShape))]
[JsonSerializable(typeof(RestoredShape))]
[JsonSerializable(typeof(DoctorShape))]
[JsonSerializable(typeof(CostShape))]
[JsonSerializable(typeof(BackfillShape))]
[JsonSerializable(typeof(RowsShape))]
[JsonSerializable(typeof(ProcessorListShape))]
[JsonSerializable(typeof(ProcessorShape))]
[JsonSerializable(typeof(PreviewShape))]
[JsonSerializable(typeof(VersionShape))]
internal sealed partial class CliJson : JsonSerializerContext;
