using AuditFunctions.Configuration;

namespace AuditFunctions.Sources.Auth;

/// <summary>Reads a scheme's own keys of <c>auth</c>.</summary>
/// <param name="reader">The map.</param>
/// <param name="baseUrl">Addresses without a host stand below it.</param>
internal delegate IAuthScheme AuthSchemeReader(SettingReader reader, string baseUrl);

/// <summary>An auth scheme as the catalog lists it.</summary>
/// <param name="Name">The word in <c>auth.scheme</c>.</param>
/// <param name="Docs">Its row in docs/templates.md, without the bars at both ends; a test compares them.</param>
/// <param name="Read">Reads its keys.</param>
internal sealed record AuthEntry(string Name, string Docs, AuthSchemeReader Read) : INamedEntry;
