using System.Globalization;
using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;

namespace AuditFunctions.Destinations.Syslog;

/// <summary>A receiver's address as a row writes it: a name, IPv4 or IPv6 in brackets, and a port.</summary>
internal static class SyslogAddress
{
    /// <summary>The column.</summary>
    public static RowParameter Column(string description, bool required) =>
        new("address", description, ParameterType.Host, Secret: false, required, null, [], "siem.example.com:6514");

    /// <summary>Name and port.</summary>
    public static (string Host, int Port) Read(string text, Problems problems)
    {
        var colon = text.LastIndexOf(':');
        var host = colon > 0 && !text.EndsWith(']') ? text[..colon] : text;
        if (host == text || !int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is < 1 or > 65535)
        {
            problems.Add("address", $"is '{text}'; write host:port, such as siem.example.com:6514, and an IPv6 address in brackets.");
            return (host, 0);
        }

        return (host.Trim('[', ']'), port);
    }
}
