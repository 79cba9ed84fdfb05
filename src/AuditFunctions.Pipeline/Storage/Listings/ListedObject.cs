using AuditFunctions.Events;

namespace AuditFunctions.Pipeline.Storage.Listings;

/// <summary>An object of a listing as it is kept.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Content">Hash of what counts of its content.</param>
/// <param name="Fields">Its key as text, and names and hashes of its members, as <c>ObjectContent</c> writes them; empty where changes are not described.</param>
internal readonly record struct ListedObject(EventKey Key, ulong Content, ReadOnlyMemory<byte> Fields);

/// <summary>Where the fields of a block's objects lie.</summary>
/// <param name="Segment">In which blob.</param>
/// <param name="Offset">From which byte on.</param>
/// <param name="Length">How many bytes; 0: nothing is kept of them.</param>
internal readonly record struct FieldsPlace(int Segment, long Offset, int Length);
