using System.Collections.Immutable;
using System.Globalization;

namespace AuditFunctions.Configuration.Secrets;

/// <summary>
/// The hosts that a secret may be sent to, as whoever stored it said: names, <c>*.</c> before a name for all names below it, and a port behind a colon where not
/// every port is meant. Whoever may only write rows cannot send it elsewhere. Immutable.
/// </summary>
public sealed class SecretHosts
{
    /// <summary>The tag of a vault's secret that names the hosts. A tag's value has 256 characters at most.</summary>
    public const string Tag = "allowedHosts";

    private const string AboutHosts = "without a vault: to its AUDIT_HOSTS_ setting";
    private readonly ImmutableArray<(string Host, int? Port)> _hosts;

    /// <summary>No host: what counts where every secret must name its hosts, and one does not.</summary>
    public static SecretHosts None { get; } = new([]);

    private SecretHosts(ImmutableArray<(string Host, int? Port)> hosts) => _hosts = hosts;

    /// <summary>Reads a list of hosts, with commas, semicolons or blanks between them.</summary>
    /// <param name="text">The list.</param>
    /// <returns>The hosts; null when the text names none.</returns>
    /// <exception cref="FormatException">Something in it is no host; the message says what.</exception>
    public static SecretHosts? Parse(string? text)
    {
        var words = HostPattern.Split(text);
        return words.Length == 0 ? null : new SecretHosts([.. words.Select(Read)]);
    }

    /// <summary>Whether a secret may be sent to an address.</summary>
    public bool Allow(Uri url) => Allow(url.IdnHost, url.Port);

    /// <summary>Whether a secret may be sent to a host.</summary>
    /// <param name="host">Its name or address; an IPv6 address without brackets.</param>
    /// <param name="port">The port.</param>
    public bool Allow(string host, int port) => _hosts.Any(allowed => (allowed.Port is null || allowed.Port == port) && HostPattern.Matches(allowed.Host, host));

    /// <summary>Checks that a secret may be sent to an address. What is exchanged for a secret goes where the secret itself may go.</summary>
    /// <param name="name">The secret's name.</param>
    /// <param name="value">Its value; null where there is none.</param>
    /// <param name="to">The address that is asked.</param>
    /// <exception cref="SecretException">It may not; the message names it, the host, and what to do.</exception>
    public static void Check(SecretName name, SecretText? value, Uri to)
    {
        if (value?.Hosts is { } hosts && !hosts.Allow(to))
        {
            throw new SecretException(
                $"The secret '{name}' may not be sent to {Bracketed(to.IdnHost)}: {(hosts._hosts.IsEmpty ? "it names no hosts" : $"its hosts are {hosts}")}. "
                + $"If it belongs there, whoever keeps the secret adds that host to its tag '{Tag}' ({AboutHosts}).",
                SecretFailure.OtherHost);
        }
    }

    /// <summary>The list, as it is written.</summary>
    public override string ToString() => string.Join(", ", _hosts.Select(host => host.Port is { } port ? $"{Bracketed(host.Host)}:{port.ToString(CultureInfo.InvariantCulture)}" : host.Host));

    private static string Bracketed(string host) => host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host;

    private static (string Host, int? Port) Read(string word)
    {
        var (isBelow, name) = (HostPattern.IsBelow(word), HostPattern.NameIn(word));
        var isAddress = Uri.CheckHostName(name) == UriHostNameType.IPv6;
        if (Uri.TryCreate($"https://{(isAddress && name[0] != '[' ? $"[{name}]" : name)}", UriKind.Absolute, out var url)
            && url.AbsolutePath == "/" && url.Query.Length + url.Fragment.Length + url.UserInfo.Length == 0 && !name.EndsWith('/')
            && url.IdnHost.Length > 0 && !url.IdnHost.Contains('*', StringComparison.Ordinal)
            && !(isBelow && (url.HostNameType != UriHostNameType.Dns || !url.IdnHost.Contains('.', StringComparison.Ordinal))))
        {
            var hasPort = !isAddress && name[(name.LastIndexOf(']') + 1)..].Contains(':', StringComparison.Ordinal);
            return ((isBelow ? "*." : "") + url.IdnHost, hasPort ? url.Port : null);
        }

        throw new FormatException($"'{word}' is no host; allowed: names such as acme.okta.com, *.okta.com for all below it, and a port as in splunk.acme.example:8088.");
    }
}
