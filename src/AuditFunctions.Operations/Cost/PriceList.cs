using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using AuditFunctions.Hosting;

namespace AuditFunctions.Operations.Cost;

/// <summary>What something costs.</summary>
public sealed record Price
{
    /// <summary>For <see cref="Per"/> of it, in the list's currency.</summary>
    [JsonPropertyName("price")]
    public required decimal Amount { get; init; }

    /// <summary>How many the amount is for.</summary>
    public required decimal Per { get; init; }

    /// <summary>How many a month cost nothing.</summary>
    public decimal Free { get; init; }

    /// <summary>Whether a second source said the same.</summary>
    public bool Verified { get; init; }

    /// <summary>Where the price comes from.</summary>
    public required string Source { get; init; }

    /// <summary>What so many a month cost.</summary>
    public decimal Of(decimal count) => Math.Max(0, count - Free) * Amount / Per;
}

/// <summary>A price file: JSON, see <c>prices.json</c> of this folder.</summary>
public sealed record PriceList
{
    /// <summary>Where these prices hold.</summary>
    public required string Region { get; init; }

    /// <summary>The currency, such as <c>USD</c>.</summary>
    public required string Currency { get; init; }

    /// <summary>When they were looked up.</summary>
    public required DateOnly Date { get; init; }

    /// <summary>The prices, by name.</summary>
    public required IReadOnlyDictionary<string, Price> Prices { get; init; }

    /// <summary>What something costs.</summary>
    /// <exception cref="OperationException">The list does not say.</exception>
    public Price this[string name] => Prices.TryGetValue(name, out var price)
        ? price
        : throw new OperationException($"The price file has no price '{name}'. Add it, or run without --prices for the built-in ones.");

    /// <summary>The built-in prices.</summary>
    public static PriceList BuiltIn()
    {
        using var stream = typeof(PriceList).Assembly.GetManifestResourceStream("prices.json")!;
        return JsonSerializer.Deserialize(stream, PriceJson.Default.PriceList)!;
    }

    /// <summary>Reads a price file.</summary>
    /// <exception cref="OperationException">It cannot be read, or is no price file.</exception>
    public static PriceList Read(string path)
    {
        try
        {
            var list = JsonSerializer.Deserialize(File.ReadAllText(path), PriceJson.Default.PriceList);
            return list is { Prices: not null } && list.Prices.All(price => price.Value is { Amount: >= 0, Per: > 0, Free: >= 0 })
                ? list
                : throw new OperationException($"'{path}' is no price file: every price must have 'price' (0 or more), 'per' (more than 0) and 'source'.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new OperationException($"'{path}' cannot be read as a price file: {exception.Message}");
        }
        catch (JsonException exception)
        {
            // Its message repeats the text that it fell over, be it a whole file that somebody named by mistake, and names types of .NET.
            var line = exception.LineNumber is { } number ? string.Create(CultureInfo.InvariantCulture, $" line {number + 1}") : "";
            throw new OperationException(
                $"'{path}'{line} is no price file: it is JSON with 'region', 'currency', 'date' and 'prices', each of which has 'price', 'per' and 'source'.");
        }
    }
}

/// <summary>The form of price files.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(PriceList))]
internal sealed partial class PriceJson : JsonSerializerContext;
