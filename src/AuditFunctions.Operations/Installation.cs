using AuditFunctions.Configuration.Rows;
using AuditFunctions.Destinations;
using AuditFunctions.Hosting;
using AuditFunctions.Pipeline.Storage.Account;
using AuditFunctions.Pipeline.Storage.Rows;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Templates;
using Azure;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AuditFunctions.Operations;

/// <summary>The pipeline's parts, connected to a storage account, for commands that look into it or change its rows.</summary>
public sealed class Installation : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private Installation(ServiceProvider services, StorageAccount storage)
    {
        _services = services;
        Storage = storage;
        Sources = RowTable.OfSources(storage);
        Destinations = RowTable.OfDestinations(storage);
        Templates = RowTable.OfTemplates(storage);
    }

    /// <summary>Tables, queues and containers.</summary>
    public StorageAccount Storage { get; }

    /// <summary>Source rows as they are.</summary>
    public RowTable Sources { get; }

    /// <summary>Destination rows as they are.</summary>
    public RowTable Destinations { get; }

    /// <summary>Template rows as they are.</summary>
    public RowTable Templates { get; }

    /// <summary>The services of the pipeline, none of which connects to storage yet; every setting is checked.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="time">The clock.</param>
    /// <param name="more">Adds services of the caller's own.</param>
    /// <exception cref="OptionsValidationException">A setting has no allowed value.</exception>
    public static ServiceProvider Services(IConfiguration settings, TimeProvider time, Action<IServiceCollection>? more = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton(settings).AddSingleton(time).AddLogging();
        services.AddPipeline(settings).AddScheduling().AddFetching().AddShipping();
        more?.Invoke(services);
        var provider = services.BuildServiceProvider();
        try
        {
            SettingsCheck.Run(provider);
            return provider;
        }
        catch
        {
            provider.Dispose();
            throw;
        }
    }

    /// <summary>Makes the parts and makes no request: for commands that look at storage themselves.</summary>
    /// <exception cref="OptionsValidationException">A setting has no allowed value; a connection string is not repeated.</exception>
    public static Installation Open(IConfiguration settings, TimeProvider time, Action<IServiceCollection>? more = null)
    {
        var services = Services(settings, time, more);
        try
        {
            return new Installation(services, services.GetRequiredService<StorageAccount>());
        }
        catch
        {
            services.Dispose();
            throw;
        }
    }

    /// <summary>Connects to a storage account and runs work on it; a failure of storage names its host.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="time">The clock.</param>
    /// <param name="tell">Takes a line when storage does not answer for a while.</param>
    /// <param name="work">The work.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="templates">Templates that stand before those of table <c>Templates</c>; null for the shipped ones, which do not.</param>
    public static async Task<T> UseAsync<T>(
        IConfiguration settings,
        TimeProvider time,
        Action<string> tell,
        Func<Installation, Task<T>> work,
        CancellationToken cancellationToken,
        TemplateCatalog? templates = null)
    {
        await using var installation = Open(settings, time, templates is null ? null : services => services.AddSingleton(templates));
        try
        {
            await StorageProbe.CheckAsync(installation.Storage, time, cancellationToken);
            return await StorageWait.ForAsync(work(installation), installation.Storage, installation.Get<StorageClock>(), time, tell);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && StorageFailure.IsStorage(exception))
        {
            throw new StorageException(installation.Storage.Host, exception);
        }
    }

    /// <summary>A service of the pipeline.</summary>
    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>An object that is made of services of the pipeline.</summary>
    public T Make<T>() => ActivatorUtilities.CreateInstance<T>(_services);

    /// <summary>All sources and what they mean; none when the table is missing.</summary>
    public Task<IReadOnlyDictionary<string, DefinedRow<SourceDefinition>>> SourcesAsync(CancellationToken cancellationToken) =>
        OrNone(() => Get<DefinitionCache>().SourcesAsync(TimeSpan.Zero, cancellationToken));

    /// <summary>All destinations and what they mean; none when the table is missing.</summary>
    public Task<IReadOnlyDictionary<string, DefinedRow<DestinationDefinition>>> DestinationsAsync(CancellationToken cancellationToken) =>
        OrNone(() => Get<DefinitionCache>().DestinationsAsync(TimeSpan.Zero, cancellationToken));

    /// <summary>The templates of the installation's own and what they mean; none when the table is missing.</summary>
    public Task<IReadOnlyDictionary<string, DefinedRow<SourceTemplate>>> OwnTemplatesAsync(CancellationToken cancellationToken) =>
        Get<DefinitionCache>().OwnTemplatesAsync(TimeSpan.Zero, cancellationToken);

    /// <summary>The shipped templates and the installation's own.</summary>
    /// <param name="own">The rows of the latter.</param>
    public TemplateCatalog TemplatesWith(IEnumerable<TableRow> own) => Get<TemplateCatalog>().With(own);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private static async Task<IReadOnlyDictionary<string, T>> OrNone<T>(Func<Task<IReadOnlyDictionary<string, T>>> read)
    {
        try
        {
            return await read();
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == "TableNotFound")
        {
            return new Dictionary<string, T>(StringComparer.Ordinal);
        }
    }
}
