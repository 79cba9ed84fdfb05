using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;

namespace AuditFunctions.Tests.Compat;

[Collection(TablesCollection.Name)]
public sealed class TableConnectionTests(TablesFixture tables)
{
    private const string OtherKey = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldC1zZWNyZXQhIQ==";

    [Theory]
    [InlineData("UseDevelopmentStorage=true", "http://127.0.0.1:10002/devstoreaccount1", "devstoreaccount1")]
    [InlineData($"DefaultEndpointsProtocol=https;AccountName=acme;AccountKey={OtherKey};EndpointSuffix=core.windows.net",
        "https://acme.table.core.windows.net/", "acme")]
    [InlineData($"AccountName=acme;AccountKey={OtherKey};EndpointSuffix=core.chinacloudapi.cn;DefaultEndpointsProtocol=https",
        "https://acme.table.core.chinacloudapi.cn/", "acme")]
    [InlineData($"AccountName=acme;AccountKey={OtherKey};TableEndpoint=http://10.0.0.1:10002/acme;DefaultEndpointsProtocol=http;",
        "http://10.0.0.1:10002/acme", "acme")]
    [InlineData("TableEndpoint=https://acme.table.core.windows.net/;SharedAccessSignature=sv=2020&sig=abc%3D",
        "https://acme.table.core.windows.net/", "acme")]
    public void A_connection_string_gives_endpoint_and_account(string connectionString, string endpoint, string account)
    {
        var service = new TableServiceClient(connectionString);
        Assert.Equal(endpoint.TrimEnd('/'), service.Uri.AbsoluteUri.TrimEnd('/'));
        Assert.Equal(account, service.AccountName);
        Assert.Equal("T", new TableClient(connectionString, "T").Name);
    }

    [Theory]
    [InlineData("secretsecret")]                                                 // not a setting
    [InlineData("AccountName=acme;AccountKey=secret?secret")]                    // not base64
    [InlineData("AccountName=acme")]                                             // no credential
    [InlineData($"AccountKey={OtherKey}")]                                       // no account
    [InlineData($"AccountName=acme;AccountKey={OtherKey};TableEndpoint=secret")] // not a URL
    public void A_bad_connection_string_is_refused_without_being_shown(string connectionString)
    {
        var failure = Assert.ThrowsAny<Exception>(() => new TableServiceClient(connectionString));
        Assert.DoesNotContain("secret", failure.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(OtherKey, failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_shared_key_opens_tables_by_path()
    {
        var credential = new TableSharedKeyCredential(TablesFixture.AccountName, TablesFixture.AccountKey);
        await UseAsync(new TableServiceClient(tables.Endpoint, credential));
        var table = new TableClient(tables.Endpoint, TablesFixture.NewName(), credential);
        await table.CreateIfNotExistsAsync();
        await table.AddEntityAsync(new TableEntity("p", "r"));
    }

    [Fact]
    public async Task A_shared_key_opens_tables_by_host()
    {
        // The addresses of the cloud, answered by the emulator, which finds no tables in a transaction addressed that way.
        var port = tables.Endpoint.Port;
        using var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, ct) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync("127.0.0.1", port, ct);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        using var client = new HttpClient(handler);
        var connection = $"AccountName={TablesFixture.AccountName};AccountKey={TablesFixture.AccountKey};"
            + "DefaultEndpointsProtocol=http;EndpointSuffix=core.windows.net";
        var options = new TableClientOptions { Transport = new HttpClientTransport(client) };
        await UseAsync(new TableServiceClient(connection, options), transactions: false);
    }

    [Fact]
    public async Task A_shared_access_signature_opens_tables_until_it_is_replaced()
    {
        var sas = AccountSas(DateTimeOffset.UtcNow.AddHours(1));
        await UseAsync(new TableServiceClient($"TableEndpoint={tables.Endpoint};SharedAccessSignature={sas}"));

        var credential = new AzureSasCredential($"?{AccountSas(DateTimeOffset.UtcNow.AddHours(-1))}");
        var service = new TableServiceClient(tables.Endpoint, credential);
        var failure = await Assert.ThrowsAsync<RequestFailedException>(() => UseAsync(service));
        Assert.Equal(403, failure.Status);
        credential.Update(sas);
        await UseAsync(service);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_call_that_failed_in_passing_is_sent_again_whole_and_signed(bool bySas)
    {
        using var handler = new EveryOtherFails(new SocketsHttpHandler());
        using var client = new HttpClient(handler);
        var options = new TableClientOptions { Transport = new HttpClientTransport(client) };
        options.Retry.Delay = TimeSpan.FromMilliseconds(1);
        var connection = bySas
            ? $"TableEndpoint={tables.Endpoint};SharedAccessSignature={AccountSas(DateTimeOffset.UtcNow.AddHours(1))}"
            : tables.ConnectionString;
        await UseAsync(new TableServiceClient(connection, options));
        Assert.Equal(handler.Attempts / 2, handler.Failures);
        Assert.True(handler.Failures >= 5, $"{handler.Failures} failures");
    }

    [Fact]
    public async Task A_refused_key_or_signature_is_not_in_the_exception()
    {
        var byKey = new TableServiceClient(tables.Endpoint, new TableSharedKeyCredential(TablesFixture.AccountName, OtherKey));
        var bySas = new TableServiceClient(tables.Endpoint, new AzureSasCredential("sv=2019-02-02&ss=t&sig=c2VjcmV0LXNlY3JldA%3D%3D"));
        foreach (var service in new[] { byKey, bySas })
        {
            var failure = await Assert.ThrowsAsync<RequestFailedException>(() => UseAsync(service));
            Assert.Equal(403, failure.Status);
            AssertNoSecret(failure);
        }
    }

    [Fact]
    public async Task An_unreachable_server_is_reported_without_secrets()
    {
        var options = new TableClientOptions();
        options.Retry.MaxRetries = 0;
        var byKey = new TableServiceClient($"AccountName=acme;AccountKey={OtherKey};TableEndpoint=http://127.0.0.1:1/acme", options);
        var bySas = new TableServiceClient(
            "TableEndpoint=http://127.0.0.1:1/acme;SharedAccessSignature=sv=2019-02-02&sig=c2VjcmV0LXNlY3JldA%3D%3D", options);
        foreach (var service in new[] { byKey, bySas })
        {
            var failure = await Assert.ThrowsAsync<RequestFailedException>(() => UseAsync(service));
            Assert.Equal(0, failure.Status);
            AssertNoSecret(failure);
        }
    }

    [Fact]
    public async Task A_token_is_asked_for_storage_and_never_sent_in_the_clear()
    {
        var credential = new CountingCredential();
        await Assert.ThrowsAnyAsync<Exception>(() => UseAsync(new TableServiceClient(new Uri("http://127.0.0.1:1/acme"), credential)));
        Assert.Empty(credential.Scopes);

        var options = new TableClientOptions();
        options.Retry.MaxRetries = 0;
        var unreachable = new TableServiceClient(new Uri("https://127.0.0.1:1/acme"), credential, options);
        var failure = await Assert.ThrowsAsync<RequestFailedException>(() => UseAsync(unreachable));
        Assert.DoesNotContain("token-secret", failure.ToString(), StringComparison.Ordinal);
        Assert.Equal(["https://storage.azure.com/.default"], credential.Scopes);
    }

    private static void AssertNoSecret(Exception failure)
    {
        var text = failure.ToString();
        Assert.DoesNotContain(OtherKey, text, StringComparison.Ordinal);
        Assert.DoesNotContain("c2VjcmV0", text, StringComparison.Ordinal);
        Assert.DoesNotContain("SharedKey", text, StringComparison.Ordinal);
    }

    private static async Task UseAsync(TableServiceClient service, bool transactions = true)
    {
        var table = service.GetTableClient(TablesFixture.NewName());
        await table.CreateIfNotExistsAsync();
        const string partition = "o'brien ü";
        await table.UpsertEntityAsync(new TableEntity(partition, "r 1") { ["n"] = 1 });
        var second = new TableEntity(partition, "r 2");
        await (transactions
            ? table.SubmitTransactionAsync([new TableTransactionAction(TableTransactionActionType.Add, second)])
            : (Task)table.AddEntityAsync(second));
        var found = 0;
        await foreach (var _ in table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {partition}"), maxPerPage: 1))
        {
            found++;
        }
        Assert.Equal(2, found);
    }

    /// <summary>https://learn.microsoft.com/rest/api/storageservices/create-account-sas</summary>
    private static string AccountSas(DateTimeOffset expires)
    {
        var expiry = expires.ToString("yyyy-MM-ddTHH:mm:ssZ");
        var text = $"{TablesFixture.AccountName}\nraudwl\nt\nsco\n\n{expiry}\n\nhttps,http\n2019-02-02\n";
        var signature = HMACSHA256.HashData(Convert.FromBase64String(TablesFixture.AccountKey), Encoding.UTF8.GetBytes(text));
        return $"sv=2019-02-02&ss=t&srt=sco&sp=raudwl&spr=https%2Chttp&se={Uri.EscapeDataString(expiry)}"
            + $"&sig={Uri.EscapeDataString(Convert.ToBase64String(signature))}";
    }

    /// <summary>Every other request ends at a 503 before the real service.</summary>
    private sealed class EveryOtherFails(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        public int Attempts { get; private set; }

        public int Failures { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (Attempts++ % 2 == 1)
            {
                return await base.SendAsync(request, cancellationToken);
            }
            Failures++;
            if (request.Content is not null)
            {
                await request.Content.CopyToAsync(Stream.Null, cancellationToken);
            }
            return new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
        }
    }

    private sealed class CountingCredential : TokenCredential
    {
        public List<string> Scopes { get; } = [];

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            Scopes.AddRange(requestContext.Scopes);
            return new AccessToken("token-secret", DateTimeOffset.UtcNow.AddHours(1));
        }

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            ValueTask.FromResult(GetToken(requestContext, cancellationToken));
    }
}
