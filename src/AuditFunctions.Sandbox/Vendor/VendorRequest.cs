using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace AuditFunctions.Sandbox;

/// <summary>A request to the vendor with all that an endpoint needs to answer it.</summary>
internal sealed class VendorRequest(
    HttpContext http, SandboxVendorOptions options, LogView log, VendorCredentials credentials, Uri linkBase, int cursorGeneration)
{
    /// <summary>The request itself.</summary>
    public HttpRequest Http => http.Request;

    /// <summary>The server's settings.</summary>
    public SandboxVendorOptions Options => options;

    /// <summary>The log at this moment.</summary>
    public LogView Log => log;

    /// <summary>What is accepted.</summary>
    public VendorCredentials Credentials => credentials;

    /// <summary>Scheme, host and port of links.</summary>
    public Uri LinkBase => linkBase;

    /// <summary>The server's clock, in UTC ticks.</summary>
    public long NowTicks { get; } = options.Time.GetUtcNow().UtcTicks;

    /// <summary>The Authorization header, or the empty string.</summary>
    public string Authorization => Http.Headers.Authorization.ToString();

    /// <summary>A query parameter, or null.</summary>
    public string? Query(string name) => Http.Query.TryGetValue(name, out var value) ? value.ToString() : null;

    /// <summary>A query parameter as a number, or the default; null when it is not a number.</summary>
    public int? Number(string name, int byDefault) => Query(name) is not { } text ? byDefault
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>This request's URL with one query parameter set to another value.</summary>
    public string UrlWith(string name, string value)
    {
        var query = Http.Query.Where(q => q.Key != name).Append(new(name, value));
        return new Uri(linkBase, Http.Path.ToUriComponent() + QueryString.Create(query).ToUriComponent()).AbsoluteUri;
    }

    /// <summary>This request's URL as it came.</summary>
    public string Url => new Uri(linkBase, Http.Path.ToUriComponent() + Http.QueryString.ToUriComponent()).AbsoluteUri;

    /// <summary>A cursor that stands for an event's place.</summary>
    public string CursorOf(EventPlace place) => $"{cursorGeneration:x}.{place.Key:x}.{place.Number:x}";

    /// <summary>The place that a cursor stands for, or null for one that is not ours or has expired.</summary>
    public EventPlace? PlaceOf(string cursor)
    {
        var parts = cursor.Split('.');
        return parts.Length == 3 && parts[0] == cursorGeneration.ToString("x", CultureInfo.InvariantCulture)
            && long.TryParse(parts[1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var key)
            && int.TryParse(parts[2], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number)
            ? new EventPlace(key, number) : null;
    }
}
