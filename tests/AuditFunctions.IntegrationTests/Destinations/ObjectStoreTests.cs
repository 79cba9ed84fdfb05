using System.Text;
using AuditFunctions.Configuration;
using AuditFunctions.Destinations;
using AuditFunctions.Destinations.Catalogs;
using AuditFunctions.Destinations.S3;
using AuditFunctions.Http.Signatures;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Azure;
using AuditFunctions.Tests.Support;
using Azure.Storage.Blobs;
using Azure.Storage.Sas;

namespace AuditFunctions.Tests.Destinations;

/// <summary>Objects in Azure Blob Storage (Azurite) and in S3 (a stand-in that checks what S3 checks).</summary>
public sealed class ObjectStoreTests
{
    private const string Name = "acme/2026/01/31/";

    [Fact]
    public async Task Blob_holds_the_lines_and_a_repeat_counts_as_delivered_and_changes_nothing()
    {
        var container = await ContainerAsync();
        await using var stage = KindStage.Create(("AUDIT_SECRET_SAS", Sas(container, BlobContainerSasPermissions.Create | BlobContainerSasPermissions.Write)));
        var destination = Blob(container.Uri);
        var body = stage.Body(destination, KindStage.Events);
        Taken(await stage.Client.DeliverAsync(destination, body, Stage.Deadline()));
        var blob = container.GetBlobClient($"{Name}{body.BatchId}.jsonl.gz");
        var stored = await blob.DownloadContentAsync(Stage.Deadline());
        Assert.Equal(body.Gzip.ToArray(), stored.Value.Content.ToArray());
        Assert.Equal("application/gzip", stored.Value.Details.ContentType);
        Assert.Equal(3, Lines(stored.Value.Content.ToArray()).Length);

        // The answer was lost: the same batch comes again.
        Taken(await stage.Client.DeliverAsync(destination, body, Stage.Deadline()));
        Assert.Equal(stored.Value.Details.ETag, (await blob.GetPropertiesAsync(cancellationToken: Stage.Deadline())).Value.ETag);
    }

    [Fact]
    public async Task Blob_without_the_right_or_the_container_waits()
    {
        var container = await ContainerAsync();
        await using var stage = KindStage.Create(("AUDIT_SECRET_SAS", Sas(container, BlobContainerSasPermissions.Read)), ("AUDIT_SECRET_GOOD", Sas(container, BlobContainerSasPermissions.Create | BlobContainerSasPermissions.Write)));
        var refused = Assert.IsType<SendResult.Refused>(await stage.SendAsync(Blob(container.Uri)));
        Assert.True(refused.IsCredential);
        Assert.DoesNotContain("sig=", refused.Reason, StringComparison.Ordinal);
        await container.DeleteAsync(cancellationToken: Stage.Deadline());
        Assert.IsType<SendResult.Refused>(await stage.SendAsync(Blob(container.Uri, ("sas", "secret:good"))));
    }

    [Fact]
    public async Task Object_holds_the_lines_and_a_repeat_counts_as_delivered_and_changes_nothing()
    {
        await using var store = await SandboxS3.StartAsync(Stage.Deadline());
        await using var stage = KindStage.Create();
        var destination = S3(store, ("name", "logs/source={source}/date={year}-{month}-{day}/{batch}.jsonl.gz"), ("encryption", "aws:kms"), ("kmsKeyId", "arn:aws:kms:eu-central-1:1:key/0a"));
        var body = stage.Body(destination, KindStage.Events);
        Taken(await stage.Client.DeliverAsync(destination, body, Stage.Deadline()));
        Taken(await stage.Client.DeliverAsync(destination, body, Stage.Deadline()));
        var (name, content) = Assert.Single(store.Objects);
        Assert.Equal($"logs/source=acme/date=2026-01-31/{body.BatchId}.jsonl.gz", name);
        Assert.Equal(body.Gzip.ToArray(), content);
        Assert.StartsWith("{\"source\":\"acme\",\"partition\":\"eu-1\",\"id\":\"2\",\"template\":\"acme-sign\",\"vendor\":\"Acme \\\"Sign\\\" é\",\"fetched\":\"2026-01-31T10:00:00.1234567Z\",\"event\":{\"id\":2", Lines(content)[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(503, "SlowDown", "Retry")]
    [InlineData(409, "ConditionalRequestConflict", "Retry")]
    [InlineData(400, "RequestTimeout", "Retry")]
    [InlineData(403, "AccessDenied", "Refused")]
    [InlineData(400, "ExpiredToken", "Refused")]
    [InlineData(400, "InvalidRequest", "Refused")]
    [InlineData(400, "EntityTooLarge", "TooLarge")]
    public async Task What_s3_answers_means_what_it_says_and_blames_no_event(int status, string code, string outcome)
    {
        await using var store = await SandboxS3.StartAsync(Stage.Deadline());
        await using var stage = KindStage.Create();
        store.Fault = _ => (status, code);
        Assert.Equal(outcome, KindStage.OutcomeOf(await stage.SendAsync(S3(store))).ToString());
    }

    [Fact]
    public async Task Wrong_secret_region_or_clock_is_refused()
    {
        await using var store = await SandboxS3.StartAsync(Stage.Deadline());
        await using var stage = KindStage.Create();
        Assert.IsType<SendResult.Refused>(await stage.SendAsync(S3(store, ("region", "us-east-1"))));
        Assert.IsType<SendResult.Refused>(await stage.SendAsync(S3(store, ("bucket", "other"))));
        store.Secret = "rotated";
        Assert.Contains("SignatureDoesNotMatch", Assert.IsType<SendResult.Refused>(await stage.SendAsync(S3(store))).Reason, StringComparison.Ordinal);
        store.Secret = "first-secret";
        stage.Clock.Advance(TimeSpan.FromHours(1));
        var skewed = Assert.IsType<SendResult.Refused>(await stage.SendAsync(S3(store))).Reason;
        Assert.Contains("RequestTimeTooSkewed", skewed, StringComparison.Ordinal);
        Assert.EndsWith("Set this host's clock.", skewed, StringComparison.Ordinal);
        Assert.Empty(store.Objects);
    }

    /// <summary>The examples of "Signature Calculations for the Authorization Header" (docs.aws.amazon.com).</summary>
    [Theory]
    [InlineData("GET", "/test.txt", "range:bytes=0-9", "", "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")]
    [InlineData("PUT", "/test%24file.text", "date:Fri, 24 May 2013 00:00:00 GMT|x-amz-storage-class:REDUCED_REDUNDANCY", "Welcome to Amazon S3.", "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd")]
    public void Signature_is_that_of_the_published_examples(string method, string path, string more, string content, string expected)
    {
        var at = DateTimeOffset.Parse("2013-05-24T00:00:00Z");
        var payload = ScopedSignature.Hash(Encoding.UTF8.GetBytes(content));
        var headers = more.Split('|').ToDictionary(header => header.Split(':', 2)[0], header => header.Split(':', 2)[1]);
        headers["host"] = "examplebucket.s3.amazonaws.com";
        headers["x-amz-content-sha256"] = payload;
        headers["x-amz-date"] = AwsSignature.Date(at);
        var signature = new AwsSignature("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "us-east-1", "s3");
        Assert.EndsWith("Signature=" + expected, signature.Of(method, path, headers, payload, at), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("s3", "bucket", "bucket=A")]
    [InlineData("s3", "region", "region=a b")]
    [InlineData("s3", "kmsKeyId", "kmsKeyId=x")]
    [InlineData("s3", "name", "name={source}/x")]
    [InlineData("s3", "name", "name=/{batch}")]
    [InlineData("s3", "name", "name=a/../{batch}")]
    [InlineData("s3", "name", "name={batch}/{nothing}")]
    [InlineData("s3", "url", "url=https://store.example.com?x=1")]
    [InlineData("azure-blob", "url", "url=https://store.example.com/audit")]
    [InlineData("azure-blob", "url", "url=https://acme.blob.core.windows.net/")]
    [InlineData("azure-blob", "sas", "auth=sas")]
    [InlineData("azure-blob", "clientId", "clientId=x")]
    public void Wrong_rows_are_refused_where_they_are_wrong(string type, string where, string column)
    {
        var row = DestinationConformanceTests.Least(type, new Uri("https://acme.blob.core.windows.net/audit")).Where(least => least.Column != column.Split('=')[0]);
        if (type == "s3" && !column.StartsWith("url", StringComparison.Ordinal))
        {
            row = row.Where(least => least.Column != "url");
        }

        var problems = new Problems();
        Assert.Null(DestinationCatalog.Read(PipelineHarness.Row("dest", [.. row, (column.Split('=', 2)[0], column.Split('=', 2)[1])]), problems));
        Assert.Equal(where, Assert.Single(problems.Found).Where);
    }

    [Theory]
    [InlineData("acme-audit", "eu-central-1", "https://acme-audit.s3.eu-central-1.amazonaws.com/")]
    [InlineData("acme.audit", "eu-central-1", "https://s3.eu-central-1.amazonaws.com/acme.audit")]
    [InlineData("acme-audit", "cn-north-1", "https://acme-audit.s3.cn-north-1.amazonaws.com.cn/")]
    public void Amazons_address_is_made_of_bucket_and_region(string bucket, string region, string expected) => Assert.Equal(
        expected,
        DestinationConformanceTests.Define(("type", "s3"), ("bucket", bucket), ("region", region), ("accessKeyId", "secret:siem"), ("secretAccessKey", "secret:siem")).Url!.AbsoluteUri);

    private static DestinationDefinition Blob(Uri container, params (string Column, string Value)[] more)
    {
        (string Column, string Value)[] row = [("type", "azure-blob"), ("url", container.AbsoluteUri), ("auth", "sas")];
        return DestinationConformanceTests.Define([.. row, .. more.Length > 0 ? more : [("sas", "secret:sas")]]);
    }

    private static DestinationDefinition S3(SandboxS3 store, params (string Column, string Value)[] more)
    {
        (string Column, string Value)[] row = [("type", "s3"), ("url", store.BaseUrl.AbsoluteUri), ("bucket", store.Bucket), ("region", store.Region), ("accessKeyId", "secret:siem"), ("secretAccessKey", "secret:siem")];
        return DestinationConformanceTests.Define([.. row.Where(column => !more.Any(other => other.Column == column.Column)), .. more]);
    }

    private static async Task<BlobContainerClient> ContainerAsync()
    {
        var container = new BlobContainerClient((await SharedAzurite.GetAsync()).ConnectionString, $"objects-{Guid.NewGuid():n}");
        await container.CreateAsync(cancellationToken: Stage.Deadline());
        return container;
    }

    private static string Sas(BlobContainerClient container, BlobContainerSasPermissions permissions) =>
        container.GenerateSasUri(permissions, DateTimeOffset.UtcNow.AddHours(1)).Query;

    private static string[] Lines(byte[] gzip)
    {
        using var raw = new AuditFunctions.Events.PooledBytes();
        Assert.True(BodyGzip.TryInflate(gzip, raw));
        return Encoding.UTF8.GetString(raw.WrittenSpan).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static void Taken(SendResult result) => Assert.True(result is SendResult.Accepted, $"{result}");
}
