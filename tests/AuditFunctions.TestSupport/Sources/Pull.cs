using System.Text;
using System.Text.Json;
using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Hosting;
using AuditFunctions.Http.Tokens;
using AuditFunctions.Operations.Contracts;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Auth;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Reading;
using AuditFunctions.Sources.Templates;
using AuditFunctions.Tests.Support;
using Azure.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AuditFunctions.Tests.Sources;

/// <summary>The real client, registered as every host registers it, over definitions that were read from rows.</summary>
internal sealed class Pull : IAsyncDisposable
{
    public static readonly DateTimeOffset From = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly IConfigurationRoot _configuration = new ConfigurationBuilder().AddInMemoryCollection().Build();
    private readonly ServiceProvider _services;

    public Pull(ManualTime? time = null, TokenCredential? identity = null)
    {
        Time = time ?? new ManualTime("2026-02-01T00:00:00Z");
        SetSecret("token", "sandbox-token");
        _services = new ServiceCollection()
            .AddSingleton<TimeProvider>(Time)
            .AddSingleton<IConfiguration>(_configuration)
            .AddPipeline(_configuration)
            .AddFetching()
            .AddPatientConnections()
            .AddSingleton<IKeptTokens, NoKeptTokens>()
            .AddSingleton<EntraCredentials>(_ => identity ?? throw new NotSupportedException("No identity is expected here."))
            .BuildServiceProvider();
        Client = _services.GetRequiredService<VendorClient>();
    }

    public ManualTime Time { get; }

    public VendorClient Client { get; }

    /// <summary>How many pages the last drain took.</summary>
    public int Pages { get; private set; }

    /// <summary>Sets what <c>secret:name</c> stands for.</summary>
    public void SetSecret(string name, string value) => _configuration["AUDIT_SECRET_" + name.ToUpperInvariant()] = value;

    /// <summary>A row's columns; null leaves a column out.</summary>
    public static TableRow Row(params IEnumerable<(string Column, string? Value)> columns)
    {
        var row = TableRow.NewColumns();
        row["destination"] = "siem";
        foreach (var (column, value) in columns)
        {
            if (value is null)
            {
                row.Remove(column);
            }
            else
            {
                row[column] = value;
            }
        }

        return new TableRow("acme", row);
    }

    /// <summary>A definition that must be right.</summary>
    public static SourceDefinition Define(params IEnumerable<(string Column, string? Value)> columns)
    {
        var problems = new Problems();
        var definition = new DefinitionReader(new TemplateCatalog()).Read(Row(columns), problems);
        Assert.Empty(problems.Found);
        return definition!;
    }

    /// <summary>A definition of one's own, laid over nothing.</summary>
    public static SourceDefinition DefineYaml(string baseUrl, string yaml, params IEnumerable<(string Column, string? Value)> columns) =>
        Define([("baseUrl", baseUrl), ("definition", yaml), .. columns]);

    /// <summary>What is wrong with a row, each as <c>where: what</c>.</summary>
    public static IReadOnlyList<string> ProblemsOf(params IEnumerable<(string Column, string? Value)> columns)
    {
        var problems = new Problems();
        var definition = new DefinitionReader(new TemplateCatalog()).Read(Row(columns), problems);
        Assert.Equal(definition is null, problems.Found.Count > 0);
        return [.. problems.Found.Select(problem => problem.ToString())];
    }

    public Task<PageResult> AskAsync(SourceDefinition source, string? cursor = null) =>
        Client.GetPageAsync(source, new PageQuery(From, Time.GetUtcNow(), cursor), CancellationToken.None);

    /// <summary>Asks for pages until the window ends; the ids in the order in which they came.</summary>
    public async Task<(List<string> Ids, string? Cursor)> DrainAsync(SourceDefinition source, string id = "id", string? cursor = null)
    {
        var ids = new List<string>();
        for (Pages = 1; ; Pages++)
        {
            Assert.True(Pages <= 1000, "The window never ends.");
            var page = Assert.IsType<PageResult.Page>(await AskAsync(source, cursor));
            using (page.Content)
            {
                ids.AddRange(Events(page).Select(text => JsonDocument.Parse(text).RootElement.GetProperty(id).ToString()));
            }

            cursor = page.End.Cursor ?? cursor;
            if (page.End.IsLast)
            {
                return (ids, cursor);
            }
        }
    }

    /// <summary>A page's events as text.</summary>
    public static IEnumerable<string> Events(PageResult.Page page)
    {
        for (var at = 0; at < page.Content.Cut.Count; at++)
        {
            var slice = page.Content.Cut[at];
            yield return Encoding.UTF8.GetString(page.Content.Bytes.Span.Slice(slice.Start, slice.Length));
        }
    }

    /// <summary>What came of a request, in a line.</summary>
    public static string Tell(PageResult result)
    {
        switch (result)
        {
            case PageResult.Page page:
                using (page.Content)
                {
                    return $"Page of {page.Content.Cut.Count}";
                }

            default:
                return ContractReplay.InWords(result);
        }
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
