using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Destinations.Transport;

namespace AuditFunctions.Destinations.SplunkHec;

/// <summary>What Splunk and the services that speak its HEC have in common.</summary>
internal static class HecPreset
{
    /// <summary>What proves that a body was accepted.</summary>
    public const string Proof = "200 with a JSON object whose code is 0, 24 or 25.";

    /// <summary>Where events stand.</summary>
    public static IReadOnlyDictionary<string, FrameLayout> Framings { get; } = new Dictionary<string, FrameLayout>
    {
        [SplunkHecFormat.KindName] = new JsonFrames
        {
            Order = FrameOrder.Objects,
            Event = new JsonPlace("event"),
            Id = new JsonPlace("fields." + SplunkHecFormat.IdField),
            Time = new JsonPlace("time"),
            TimeForm = FrameTime.Seconds,
        },
    };

    /// <summary>Makes the definition of a row.</summary>
    public static DestinationDefinition Define(string name, string type, BoundParameters columns, HecWords words, IBodyFormat format, Problems problems, bool isAcknowledged = false, HecRaw? raw = null)
    {
        var url = columns.UrlOf();
        if (url.Query.Length > 0)
        {
            problems.Add("url", "must hold no query; write the base address, such as https://http-inputs-acme.splunkcloud.com.");
        }

        var protocol = new SplunkHecProtocol(BaseOf(url), words, columns.IsTrue("gzip"), raw);
        return new DestinationDefinition
        {
            Name = name,
            Type = type,
            Address = url.Authority,
            Url = BaseOf(url),
            Format = format,
            CreateSender = services => isAcknowledged ? new HecAckSender(protocol, services) : new HttpSender(protocol, services),
            Secrets = columns.Secrets,
        };
    }

    // People paste the whole endpoint as often as its base.
    private static Uri BaseOf(Uri url)
    {
        var text = url.GetLeftPart(UriPartial.Path);
        var path = text.IndexOf("/services/collector", StringComparison.Ordinal);
        return new Uri((path < 0 ? text : text[..path]).TrimEnd('/') + "/");
    }
}
