using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Destinations.Lines;
using AuditFunctions.Destinations.Objects;
using AuditFunctions.Destinations.Transport;

namespace AuditFunctions.Destinations.S3;

/// <summary>An object of JSON lines for each batch, in a bucket of Amazon S3 or a store that is compatible.</summary>
internal sealed class S3Destination : IDestinationType
{
    /// <inheritdoc/>
    public string Name => "s3";

    /// <inheritdoc/>
    public string Title => "Amazon S3 and compatible stores: a compressed object of JSON lines for each batch.";

    /// <inheritdoc/>
    public string Proof => "200 with an ETag and nothing else, or 412 because the object is there already.";

    /// <inheritdoc/>
    public IReadOnlyList<RowParameter> Columns { get; } =
    [
        DestinationColumn.Required("bucket", "The bucket.", "acme-audit"),
        DestinationColumn.Required("region", "The bucket's region.", "eu-central-1"),
        DestinationColumn.OptionalUrl("https://minio.example.com:9000", "Address of a compatible store, in whose path the bucket then stands; without it Amazon S3."),
        ObjectNames.Column,
        DestinationColumn.Secret("accessKeyId", "Id of the access key.", required: true),
        DestinationColumn.Secret("secretAccessKey", "The access key's secret.", required: true),
        DestinationColumn.Secret("sessionToken", "Session token, of a temporary key."),
        DestinationColumn.Choice("encryption", "How S3 encrypts objects: bucket: as the bucket says.", "bucket", "AES256", "aws:kms"),
        DestinationColumn.Text("kmsKeyId", "encryption aws:kms: the key; without it S3's own.", example: "arn:aws:kms:eu-central-1:123456789012:key/0a1b"),
        DestinationColumn.Number("maxBodyBytes", "Largest body before compression, in bytes, 100,000 to 50,000,000.", 10_000_000),
    ];

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, FrameLayout> Framings => LinesFormat.Framings;

    /// <inheritdoc/>
    public DestinationDefinition Define(string name, BoundParameters columns, Problems problems)
    {
        var (bucket, region) = (columns["bucket"]!, columns["region"]!);
        if (bucket.Length is < 3 or > 63 || !bucket.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.') || bucket.StartsWith('.') || bucket.Contains("..", StringComparison.Ordinal))
        {
            problems.Add("bucket", "is no name of a bucket: 3 to 63 lower-case letters, digits, '-' and '.'.");
            bucket = "missing";
        }

        if (region.Length is 0 or > 40 || !region.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
        {
            problems.Add("region", "is no region, such as eu-central-1; a store without regions takes us-east-1.");
            region = "missing";
        }

        var isKms = columns["encryption"] == "aws:kms";
        if (columns["kmsKeyId"] is not null && !isKms)
        {
            problems.Add("kmsKeyId", $"is not used by encryption '{columns["encryption"]}'; remove it.");
        }

        var address = AddressOf(columns["url"], bucket, region, problems);
        var protocol = new S3Protocol(address, region, ObjectNames.Read(columns, problems), Encryption(columns, isKms));
        return new DestinationDefinition
        {
            Name = name,
            Type = Name,
            Address = columns["url"] is null ? address.Authority : $"{address.Authority}/{bucket}",
            Url = address,
            Format = new LinesFormat(columns.Number("maxBodyBytes", 100_000, 50_000_000, problems)),
            CreateSender = services => new HttpSender(protocol, services),
            Secrets = columns.Secrets,
        };
    }

    private static Uri AddressOf(string? url, string bucket, string region, Problems problems)
    {
        if (url is null)
        {
            var domain = region.StartsWith("cn-", StringComparison.Ordinal) ? "amazonaws.com.cn" : "amazonaws.com";

            // A dot in the name does not fit the certificate: then the bucket stands in the path.
            return bucket.Contains('.', StringComparison.Ordinal) ? new Uri($"https://s3.{region}.{domain}/{bucket}") : new Uri($"https://{bucket}.s3.{region}.{domain}/");
        }

        var store = new Uri(url);
        if (store.Query.Length > 0)
        {
            problems.Add("url", "must hold no query; write the store's address, such as https://minio.example.com:9000.");
        }

        return new Uri($"{store.GetLeftPart(UriPartial.Path).TrimEnd('/')}/{bucket}");
    }

    private static Dictionary<string, string> Encryption(BoundParameters columns, bool isKms)
    {
        var headers = new Dictionary<string, string>(StringComparer.Ordinal);
        if (columns["encryption"] != "bucket")
        {
            headers["x-amz-server-side-encryption"] = columns["encryption"]!;
        }

        if (isKms && columns["kmsKeyId"] is { } key)
        {
            headers["x-amz-server-side-encryption-aws-kms-key-id"] = key;
        }

        return headers;
    }
}
