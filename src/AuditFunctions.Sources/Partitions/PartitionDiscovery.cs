using System.Globalization;
using AuditFunctions.Configuration;
using AuditFunctions.Events;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Paging;
using AuditFunctions.Sources.Requests;

namespace AuditFunctions.Sources.Partitions;

/// <summary>What a look-up of partitions found.</summary>
/// <param name="Keys">The keys of the partitions, each once.</param>
public sealed record FoundPartitions(IReadOnlyList<string> Keys)
{
    /// <summary>The answer that was no page, of the first request that failed; null when all were answered.</summary>
    public PageResult? Failure { get; init; }

    /// <summary>The values of outer levels below which nothing is known, because their request failed. The empty text stands for everything.</summary>
    public IReadOnlyList<string> Unknown { get; init; } = [];

    /// <summary>What cannot be a partition, with the reason, in words.</summary>
    public IReadOnlyList<string> Refused { get; init; } = [];

    /// <summary>Whether nothing is known of a partition: it is neither found nor gone.</summary>
    public bool IsUnknown(string key) => Unknown.Any(prefix => prefix.Length == 0 || key.StartsWith(prefix + "/", StringComparison.Ordinal));
}

/// <summary>Looks a source's partitions up at the vendor. Thread safe.</summary>
public sealed class PartitionDiscovery(IPageSource vendor, TimeProvider time)
{
    // A vendor whose pages never end must not be asked for ever.
    private const int MaxPages = 1_000;

    private const int MaxShown = 100;

    // A smaller number may mean anything.
    private const int FewestAskedFor = 10;

    /// <summary>Looks them up, level by level.</summary>
    public async Task<FoundPartitions> FindAsync(SourceDefinition source, CancellationToken cancellationToken)
    {
        var partitions = source.Partitions ?? throw new ArgumentException("The source has no partitions.", nameof(source));
        List<string[]> outer = [[]];
        var refused = new List<string>();
        var unknown = new List<string>();
        PageResult? failure = null;
        foreach (var level in partitions.Levels)
        {
            var inner = new List<string[]>();
            foreach (var values in outer)
            {
                var (found, failed) = await ValuesAsync(source, partitions, level, values, refused, cancellationToken);
                if (failed is not null)
                {
                    failure ??= failed is PageResult.Refused { IsSkipped: true } ? null : failed;
                    unknown.Add(values.Length == 0 ? "" : PartitionKey.Of(values));
                }

                foreach (var value in found)
                {
                    if (level.WhatIsWrong(value) is { } wrong)
                    {
                        refused.Add($"{level.Name} '{SafeText.OneLine(value.Length > MaxShown ? value[..MaxShown] + "…" : value)}' {wrong}");
                    }
                    else
                    {
                        inner.Add([.. values, value]);
                    }
                }

                if (inner.Count > PartitionsDefinition.MaxPartitions)
                {
                    return Nothing(new PageResult.Failed(0, $"the vendor lists more than {PartitionsDefinition.MaxPartitions:N0} partitions at level '{level.Name}'; narrow the look-up with 'filter'"));
                }
            }

            outer = inner;
        }

        if (outer.Count == 0 && failure is null && unknown.Count > 0)
        {
            return Nothing(new PageResult.Failed(0, "all values of the outer level are passed over ('skip' in 'errors'), so that no partition is found; those that are known go on. See what the credential may read"));
        }

        if (outer.Count == 0 && failure is null)
        {
            return Nothing(new PageResult.Failed(0, "the vendor lists no partitions at all; those that are known go on. See what the credential may read"));
        }

        return new FoundPartitions([.. outer.Select(PartitionKey.Of)]) { Failure = failure, Unknown = unknown, Refused = refused };
    }

    private static FoundPartitions Nothing(PageResult failure) => new([]) { Failure = failure, Unknown = [""] };

    private async Task<(IReadOnlyList<string> Values, PageResult? Failed)> ValuesAsync(
        SourceDefinition source, PartitionsDefinition partitions, PartitionLevel level, string[] outer, List<string> refused, CancellationToken cancellationToken)
    {
        if (level.Lookup is not { } lookup)
        {
            return (level.Values, null);
        }

        var found = new HashSet<string>(level.Values, StringComparer.Ordinal);
        var trail = new CursorTrail();
        var list = lookup.Over(source);
        var now = time.GetUtcNow();

        // How many items a page holds is known only where the request says it: else none is full.
        int? pageSize = lookup.Request.Placeholders().Contains(RunPlaceholders.PageSize) ? null : int.MaxValue;
        string? cursor = null;
        for (var page = 0; page < MaxPages; page++)
        {
            var query = new PageQuery(now - source.Timing.Lookback, now, cursor, pageSize) { Partition = partitions.NamedOf(outer) };
            var result = await vendor.GetPageAsync(list, query, cancellationToken);
            if (result is not PageResult.Page { Content: var content, End: var end } read)
            {
                (result as PageResult.Failed)?.Broken?.Dispose();
                return (level.Values, result);
            }

            using (content)
            {
                if (!lookup.Paging.Kind.HasPages && IsAskedFor(lookup.Request, content.Cut.Offered))
                {
                    return (level.Values, new PageResult.Failed(0, $"the look-up of level '{level.Name}' asks for {content.Cut.Offered:N0} items and gets as many: there may be more, and the definition names no way to them; name 'paging' there"));
                }

                foreach (var value in ItemsOf(content, lookup))
                {
                    if (read.RepeatsSecret(value))
                    {
                        refused.Add($"a value of level '{level.Name}' repeats a secret, and would stand in tables and logs");
                    }
                    else
                    {
                        found.Add(value);
                    }
                }
            }

            // One more than may be says as much as all of them.
            if (end.IsLast || found.Count > PartitionsDefinition.MaxPartitions)
            {
                return ([.. found], null);
            }

            cursor = end.Cursor;
            if (!trail.Add(lookup.Paging.PlaceOf(cursor).Cursor))
            {
                return (level.Values, new PageResult.Failed(0, $"the pages that list partitions of level '{level.Name}' lead in a circle"));
            }
        }

        return (level.Values, new PageResult.Failed(0, $"the list of partitions of level '{level.Name}' has more than {MaxPages:N0} pages"));
    }

    // A number in its query that is as large as the page was probably meant as the page's size.
    private static bool IsAskedFor(RequestDefinition request, int items) =>
        items >= FewestAskedFor && request.Query.Any(pair => int.TryParse(pair.Value.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number == items);

    private static IEnumerable<string> ItemsOf(PageContent page, PartitionLookup lookup)
    {
        for (var item = 0; item < page.Cut.Count; item++)
        {
            if (lookup.Where.All(condition => TextOf(page, item, condition.Field) is { } text && condition.Is.Contains(text)) && TextOf(page, item, 0) is { } value)
            {
                yield return value;
            }
        }
    }

    private static string? TextOf(PageContent page, int item, int field)
    {
        var slice = page.Cut.EventField(item, field);
        return slice.Kind is JsonKind.Missing or JsonKind.Null ? null : JsonText.Unescape(page.Bytes.Span, slice);
    }
}
