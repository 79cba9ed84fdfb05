using AuditFunctions.Destinations;
using AuditFunctions.Hosting;
using AuditFunctions.Hosting.Secrets;
using AuditFunctions.Operations.Doctor.Findings;
using AuditFunctions.Operations.Doctor.Storage;
using AuditFunctions.Pipeline.Storage.Rows;
using AuditFunctions.Sources.Definition;
using Microsoft.Extensions.Options;

namespace AuditFunctions.Operations.Doctor.Checks;

/// <summary>An installation that is examined, and what is known of it so far.</summary>
internal sealed class Examination(Installation installation, Wanted wanted, Clocks clocks, TimeProvider time)
{
    /// <summary>The installation.</summary>
    public Installation Installation => installation;

    /// <summary>What is to be examined.</summary>
    public Wanted Wanted => wanted;

    /// <summary>The clocks of others.</summary>
    public Clocks Clocks => clocks;

    /// <summary>Our clock.</summary>
    public TimeProvider Time => time;

    /// <summary>Who asks; unknown before the check of the identity, and where no token is needed.</summary>
    public Caller? Caller { get; set; }

    /// <summary>How the storage account is reached.</summary>
    public StorageAccess Access => StorageAccess.Of(installation, Caller);

    /// <summary>The vault; null when secrets are settings.</summary>
    public Uri? Vault => installation.Get<IOptions<SecretOptions>>().Value.VaultUri;

    /// <summary>All sources; null when they could not be read.</summary>
    public IReadOnlyDictionary<string, DefinedRow<SourceDefinition>>? Sources { get; private set; }

    /// <summary>All destinations; null when they could not be read.</summary>
    public IReadOnlyDictionary<string, DefinedRow<DestinationDefinition>>? Destinations { get; private set; }

    /// <summary>The sources that are to be examined.</summary>
    public IEnumerable<DefinedRow<SourceDefinition>> ChosenSources => Chosen(Sources, wanted.Sources);

    /// <summary>The destinations that are to be examined.</summary>
    public IEnumerable<DefinedRow<DestinationDefinition>> ChosenDestinations => Chosen(Destinations, wanted.Destinations);

    /// <summary>Reads the rows; storage that fails leaves them unknown.</summary>
    /// <exception cref="OperationException">A source or destination that is wanted does not exist.</exception>
    public async Task ReadRowsAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            Sources = await installation.SourcesAsync(either.Token);
            Destinations = await installation.DestinationsAsync(either.Token);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && StorageFailure.IsStorage(exception))
        {
            // The check of the tables says why.
            return;
        }

        foreach (var name in wanted.Sources)
        {
            Sources.Find("source", name);
        }

        foreach (var name in wanted.Destinations)
        {
            Destinations.Find("destination", name);
        }
    }

    private IEnumerable<DefinedRow<T>> Chosen<T>(IReadOnlyDictionary<string, DefinedRow<T>>? rows, IReadOnlyList<string> names)
        where T : class =>
        rows is null ? [] : wanted.IsWhole ? rows.Values : names.Distinct(StringComparer.Ordinal).Select(name => rows[name]);
}
