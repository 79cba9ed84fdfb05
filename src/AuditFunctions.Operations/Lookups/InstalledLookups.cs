using AuditFunctions.Hosting;
using AuditFunctions.Pipeline.Storage.Lookups;
using AuditFunctions.Pipeline.Storage.Rows;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Processors.Files;

namespace AuditFunctions.Operations.Lookups;

/// <summary>A lookup file of an installation.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Bytes">How large it is; null when a source needs it and it is missing.</param>
/// <param name="ChangedAt">When it was last written.</param>
/// <param name="Sources">The sources whose processors need it.</param>
public sealed record InstalledLookup(string Name, long? Bytes, DateTimeOffset? ChangedAt, IReadOnlyList<string> Sources)
{
    /// <summary>The source whose listing it is the table of; null when somebody added it.</summary>
    public string? Listing => ListingTable.SourceOf(Name);

    /// <summary>Whether that source writes it no more: it is gone, or keeps nothing.</summary>
    public bool IsLeft { get; init; }
}

/// <summary>The lookup files in an installation's container.</summary>
public sealed class InstalledLookups(Installation installation)
{
    private readonly LookupFiles _files = new(installation.Storage);

    /// <summary>All of them, and those that are missing although a source needs them.</summary>
    public async Task<IReadOnlyList<InstalledLookup>> ListAsync(CancellationToken cancellationToken)
    {
        var rows = await installation.SourcesAsync(cancellationToken);
        var needed = NeededBy(rows.Values);
        var found = (await _files.ListAsync(cancellationToken)).Select(file => new InstalledLookup(file.Name, file.Bytes, file.ChangedAt, [.. needed[file.Name]])).ToList();
        var missing = needed.Where(one => found.All(file => file.Name != one.Key)).Select(one => new InstalledLookup(one.Key, null, null, [.. one]));
        return [.. found.Concat(missing).Select(file => file with { IsLeft = IsLeft(file.Listing) }).OrderBy(file => file.Name, StringComparer.Ordinal)];

        // Of a row that is wrong nobody knows.
        bool IsLeft(string? listing) => listing is not null && (!rows.TryGetValue(listing, out var row) || row.Definition is { Snapshot: null or { KeepMark: null } });
    }

    /// <summary>Adds a file, or replaces it.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="name">Under which name; null for its own.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="OperationException">It cannot be added.</exception>
    public async Task<InstalledLookup> AddAsync(string path, string? name, CancellationToken cancellationToken)
    {
        var file = new FileInfo(path);
        var chosen = name ?? file.Name;
        if (!LookupFileName.IsValid(chosen))
        {
            throw new OperationException($"'{chosen}' is no name of a lookup file; allowed: {LookupFileName.Allowed}. Give one with --name.");
        }

        if (ListingTable.SourceOf(chosen) is { } listing)
        {
            throw new OperationException($"'{chosen}' is the table of the listing of source '{listing}', which writes it itself. Give another name with --name.");
        }

        if (!file.Exists || file.Length > LookupFile.MostBytes)
        {
            throw new OperationException($"{path} {(file.Exists ? $"has {file.Length:N0} bytes; allowed: {LookupFile.MostBytes:N0}" : "does not exist")}.");
        }

        await using var content = file.OpenRead();
        await _files.WriteAsync(chosen, content, cancellationToken);
        return new InstalledLookup(chosen, file.Length, null, [.. NeededBy((await installation.SourcesAsync(cancellationToken)).Values)[chosen]]);
    }

    /// <summary>Removes a file that no source needs, with the versions of it that are kept.</summary>
    /// <exception cref="OperationException">There is none of that name, or a source needs it.</exception>
    public async Task RemoveAsync(string name, CancellationToken cancellationToken)
    {
        var all = await ListAsync(cancellationToken);
        var file = all.FirstOrDefault(one => one.Name == name && one.Bytes is not null)
            ?? throw KnownNames.Unknown("lookup file", name, all.Where(one => one.Bytes is not null).Select(one => one.Name), "add one with 'auditfn lookups add FILE'");
        if (file.Sources.Count > 0)
        {
            throw new OperationException($"Lookup file '{name}' is needed by {string.Join(", ", file.Sources)}; change the processors first.");
        }

        await _files.RemoveAsync(name, cancellationToken);
    }

    private static ILookup<string, string> NeededBy(IEnumerable<DefinedRow<SourceDefinition>> rows) => rows
        .Where(row => row.Definition is not null)
        .SelectMany(row => row.Definition!.LookupFiles.Select(file => (file.Name, Source: row.Row.Name)))
        .Distinct()
        .OrderBy(one => one.Source, StringComparer.Ordinal)
        .ToLookup(one => one.Name, one => one.Source, StringComparer.Ordinal);
}
