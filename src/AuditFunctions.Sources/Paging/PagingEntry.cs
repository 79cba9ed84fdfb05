using AuditFunctions.Configuration;
using AuditFunctions.Events;

namespace AuditFunctions.Sources.Paging;

/// <summary>Reads a kind's own keys of <c>paging</c>.</summary>
/// <param name="reader">The map.</param>
/// <param name="fields">Takes the paths that the kind needs of each page.</param>
/// <param name="events">Where the events stand in a page.</param>
internal delegate IPagingKind PagingKindReader(SettingReader reader, PageFields fields, JsonPath events);

/// <summary>A kind of paging as the catalog lists it.</summary>
/// <param name="Name">The word in <c>paging.kind</c>.</param>
/// <param name="Docs">Its row in docs/templates.md, without the bars at both ends; a test compares them.</param>
/// <param name="Read">Reads its keys.</param>
internal sealed record PagingEntry(string Name, string Docs, PagingKindReader Read) : INamedEntry;
