using System.Globalization;
using Azure.Data.Tables.Filters;
using Azure.Data.Tables.Http;
using Azure.Data.Tables.Json;

namespace Azure.Data.Tables;

public partial class TableClient
{
    /// <param name="filter">An OData filter; make it with <see cref="CreateQueryFilter"/>, which escapes the values.</param>
    /// <param name="maxPerPage">1 to 1000, the service's own limit.</param>
    /// <param name="select">The properties to return; all of them when null.</param>
    /// <param name="cancellationToken">Ends the query between and within pages.</param>
    public virtual AsyncPageable<T> QueryAsync<T>(
        string? filter = null, int? maxPerPage = null, IEnumerable<string>? select = null, CancellationToken cancellationToken = default)
        where T : class, ITableEntity
    {
        SupportedEntity.CheckReadable<T>();
        var names = select is null ? null : string.Join(',', select);
        var query = new TableQuery(
            Connection, $"{TablePath.Entities(Name)}()", filter, maxPerPage, names, ["NextPartitionKey", "NextRowKey"]);
        return new QueryPages<T>(query, EntityReader.ReadPage<T>, cancellationToken);
    }

    /// <summary>The filter with its values as escaped literals: <c>CreateQueryFilter($"PartitionKey eq {name}")</c>.</summary>
    public static string CreateQueryFilter(FormattableString filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var literals = Array.ConvertAll(filter.GetArguments(), object? (value) => ODataLiteral.Of(value));
        return string.Format(CultureInfo.InvariantCulture, filter.Format, literals);
    }
}
