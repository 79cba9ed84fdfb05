using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Http.Network;
using AuditFunctions.Http.Tokens;

namespace AuditFunctions.Destinations;

/// <summary>A destination: how it wants bodies and how they get there. Immutable and checked.</summary>
public sealed record DestinationDefinition
{
    /// <summary>The row's name.</summary>
    public required string Name { get; init; }

    /// <summary>The type's word in the catalog.</summary>
    public required string Type { get; init; }

    /// <summary>Where bodies go, as messages name it: a host, a folder, a bucket. Holds no secret.</summary>
    public required string Address { get; init; }

    /// <summary>The web address that bodies are sent to; null where the kind has none.</summary>
    public Uri? Url { get; init; }

    /// <summary>Its own way out over HTTP; null for that of all others.</summary>
    public OwnNetwork? Network { get; init; }

    /// <summary>How bodies look.</summary>
    public required IBodyFormat Format { get; init; }

    /// <summary>Makes what sends them. It makes no request yet.</summary>
    public required Func<SenderServices, ISender> CreateSender { get; init; }

    /// <summary>What becomes of an event that is larger than a body may be.</summary>
    public OversizePolicy Oversize { get; init; }

    /// <summary>The secrets that it needs, by column.</summary>
    public required IReadOnlyDictionary<string, SecretName> Secrets { get; init; }

    /// <summary>The access token that it needs, which its sender finds among the secrets under <see cref="EntraToken.Key"/>; null for none.</summary>
    public EntraToken? Token { get; init; }

    /// <summary>Whom connections go to where that is more than one, of any scheme; empty where <see cref="Url"/> or <see cref="Address"/> says it.</summary>
    public IReadOnlyList<Uri> Peers { get; init; } = [];

    // Whom a connection goes to; null where nothing is sent anywhere.
    private Uri? Peer => Url ?? (Uri.TryCreate($"tcp://{Address}", UriKind.Absolute, out var peer) && peer.Port > 0 ? peer : null);

    /// <summary>Where a secret goes, or proves who we are: certificate authorities stay here (none), and the proxy is another host than the destination.</summary>
    /// <param name="column">The secret's column.</param>
    public IReadOnlyList<Uri> PeersOf(string column) => column switch
    {
        NetworkColumns.Authorities => [],
        ProxyAddress.Credentials => Network?.Proxy is { } proxy ? [proxy] : [],
        _ when Peers.Count > 0 => Peers,
        _ => Peer is { } peer ? [peer] : [],
    };
}
