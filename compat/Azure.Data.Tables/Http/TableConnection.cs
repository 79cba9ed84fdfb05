using Azure.Core;
using Azure.Core.Pipeline;

namespace Azure.Data.Tables.Http;

/// <summary>An account's table endpoint and the pipeline to it; shared by a service client and its table clients.</summary>
internal sealed class TableConnection
{
    private const string TokenScope = "https://storage.azure.com/.default";

    private readonly HttpPipeline _pipeline;
    private readonly string _version;

    private TableConnection(Uri endpoint, string accountName, HttpPipelinePolicy? authentication, TableClientOptions? options)
    {
        options ??= new TableClientOptions();
        Endpoint = endpoint;
        AccountName = accountName;
        _version = options.VersionHeader;
        var pipeline = new HttpPipelineOptions(options) { RequestFailedDetailsParser = TableErrorParser.Instance };
        if (authentication is not null)
        {
            pipeline.PerRetryPolicies.Add(authentication);
        }
        _pipeline = HttpPipelineBuilder.Build(pipeline);
    }

    public Uri Endpoint { get; }

    public string AccountName { get; }

    public static TableConnection FromConnectionString(string connectionString, TableClientOptions? options)
    {
        var account = ConnectionString.Parse(connectionString);
        return account.Sas is { } sas
            ? new TableConnection(account.Endpoint, account.Name, new SasPolicy(new AzureSasCredential(sas)), options)
            : new TableConnection(account.Endpoint, account.Name, account.Key is { } key ? new SharedKeyLitePolicy(key) : null, options);
    }

    public static TableConnection WithToken(Uri endpoint, TokenCredential credential, TableClientOptions? options)
    {
        ArgumentNullException.ThrowIfNull(credential);
        TableEndpoint.Check(endpoint);
        var authentication = new BearerTokenAuthenticationPolicy(credential, TokenScope);
        return endpoint.Scheme == Uri.UriSchemeHttps
            ? new TableConnection(endpoint, TableEndpoint.AccountName(endpoint), authentication, options)
            : throw new ArgumentException("A token is sent over https only; use an https endpoint.", nameof(endpoint));
    }

    public static TableConnection WithSharedKey(Uri endpoint, TableSharedKeyCredential credential)
    {
        ArgumentNullException.ThrowIfNull(credential);
        TableEndpoint.Check(endpoint);
        return new TableConnection(endpoint, credential.AccountName, new SharedKeyLitePolicy(credential), null);
    }

    public static TableConnection WithSas(Uri endpoint, AzureSasCredential credential)
    {
        ArgumentNullException.ThrowIfNull(credential);
        TableEndpoint.Check(endpoint);
        return endpoint.Scheme == Uri.UriSchemeHttps || endpoint.IsLoopback
            ? new TableConnection(endpoint, TableEndpoint.AccountName(endpoint), new SasPolicy(credential), null)
            : throw new ArgumentException("A shared access signature is sent over https only, except to loopback.", nameof(endpoint));
    }

    /// <summary>A request to a path below the endpoint, which is escaped already.</summary>
    public HttpMessage CreateMessage(RequestMethod method, string path, ResponseClassifier expected)
    {
        var message = _pipeline.CreateMessage(null, expected);
        var request = message.Request;
        request.Method = method;
        request.Uri.Reset(Endpoint);
        request.Uri.AppendPath(path, escape: false);
        request.Headers.Add("x-ms-version", _version);
        request.Headers.Add("DataServiceVersion", "3.0");
        request.Headers.Add(HttpHeader.Names.Accept, "application/json;odata=minimalmetadata");
        return message;
    }

    /// <summary>Sends the message and returns its buffered response.</summary>
    /// <exception cref="RequestFailedException">The status is not one of those that the message expects.</exception>
    public async ValueTask<Response> SendAsync(HttpMessage message, CancellationToken cancellationToken)
    {
        await _pipeline.SendAsync(message, cancellationToken).ConfigureAwait(false);
        return message.Response.IsError ? throw new RequestFailedException(message.Response) : message.Response;
    }
}
