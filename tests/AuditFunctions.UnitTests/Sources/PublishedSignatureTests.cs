using System.Security.Cryptography;
using System.Text;
using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Http.Tokens;
using AuditFunctions.Operations.Contracts;
using AuditFunctions.Sources.Auth;
using AuditFunctions.Sources.Auth.Aliyun;
using AuditFunctions.Sources.Auth.Aws;
using AuditFunctions.Sources.Auth.Duo;
using AuditFunctions.Sources.Auth.EdgeGrid;
using AuditFunctions.Sources.Auth.Oci;
using AuditFunctions.Sources.Requests;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Sources;

/// <summary>Vendors' signatures against the examples that the vendors publish.</summary>
public sealed class PublishedSignatureTests
{
    // The public half of the sample key of Oracle's page about request signatures.
    private const string OciPublicKey = """
        -----BEGIN PUBLIC KEY-----
        MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDCFENGw33yGihy92pDjZQhl0C3
        6rPJj+CvfSC8+q28hxA161QFNUd13wuCTUcq0Qd2qsBe/2hFyc2DCJJg0h1L78+6
        Z4UMR7EOcpfdUE9Hf3m/hs+FUR45uBJeDK1HSFHD8bHKD6kv8FPGfJTotc+2xjJw
        oYi+1hqp1fIekaxsyQIDAQAB
        -----END PUBLIC KEY-----
        """;

    [Fact]
    public void Duo_version_2()
    {
        var draft = new RequestDraft(HttpMethod.Post, new Uri("https://api-XXXXXXXX.duosecurity.com/accounts/v1/account/list"))
        {
            Query = { new("username", "root"), new("realname", "First Last") },
        };
        Assert.Equal(
            "2d97d6166319781b5a3a07af39d366f491234edc",
            DuoAuth.Sign(draft, "Tue, 21 Aug 2012 17:29:18 -0000", "Zh5eGmUq9zpfQnyUIu5OL9iWoMMv5ZNmk3zLJ4Ep", isFive: false));
    }

    // The vendor's own example sends the parameters as a form.
    [Theory]
    [InlineData("username=root&realname=First%20Last")]
    [InlineData("realname=First+Last&username=root")]
    public void Duo_version_2_of_a_form(string form)
    {
        var draft = new RequestDraft(HttpMethod.Post, new Uri("https://api-XXXXXXXX.duosecurity.com/accounts/v1/account/list"))
        {
            Body = Encoding.UTF8.GetBytes(form),
            ContentType = "application/x-www-form-urlencoded",
        };
        Assert.Equal(
            "2d97d6166319781b5a3a07af39d366f491234edc",
            DuoAuth.Sign(draft, "Tue, 21 Aug 2012 17:29:18 -0000", "Zh5eGmUq9zpfQnyUIu5OL9iWoMMv5ZNmk3zLJ4Ep", isFive: false));
    }

    [Fact]
    public void Aliyun_RPC()
    {
        KeyValuePair<string, string>[] query =
        [
            new("SignatureVersion", "1.0"), new("Action", "DescribeRegions"), new("Format", "XML"), new("SignatureNonce", "3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf"),
            new("Version", "2014-05-26"), new("AccessKeyId", "testid"), new("SignatureMethod", "HMAC-SHA1"), new("Timestamp", "2016-02-23T12:46:24Z"),
        ];
        Assert.Equal("OLeaidS1JvxuMvnyHOwuJ+uX5qY=", AliyunAuth.Sign("GET", query, "testsecret"));
    }

    [Fact]
    public void Aliyun_Simple_Log_Service() => Assert.Equal(
        "jEYOTCJs2e88o+y5F4/S5IsnBJQ=",
        AliyunLogAuth.Sign(
            ["GET", "", "", "Mon, 09 Nov 2015 06:11:16 GMT"],
            [new("Host", "ali-test-project.cn-hangzhou.log.aliyuncs.com"), new("x-log-signaturemethod", "hmac-sha1"), new("X-Log-APIVersion", "0.6.0")],
            "/logstores",
            [new("size", "1000"), new("logstoreName", ""), new("offset", "0")],
            "4fdO2fTDDnZPU/L7CHNdemB2Nsk="));

    [Theory]
    [InlineData("/", "tL+y4hxyHxgWVD30X3pWnGKHcPzmrIF+LThiAOhMxYU=")]
    public void Akamai_EdgeGrid(string path, string expected)
    {
        const string Time = "20140321T19:34:21+0000";
        const string Head = "EG1-HMAC-SHA256 client_token=akab-client-token-xxx-xxxxxxxxxxxxxxxx;access_token=akab-access-token-xxx-xxxxxxxxxxxxxxxx;"
            + $"timestamp={Time};nonce=nonce-xx-xxxx-xxxx-xxxx-xxxxxxxxxxxx;";
        var draft = new RequestDraft(HttpMethod.Get, new Uri($"https://akaa-baseurl-xxxxxxxxxxx-xxxxxxxxxxxxx.luna.akamaiapis.net{path}"));
        Assert.Equal(expected, EdgeGridAuth.Sign(draft, Head, Time, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx="));
    }

    [Theory]
    [InlineData("", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")]
    [InlineData("?Param2=value2&Param1=value1", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500")]
    [InlineData("?filter.1=c&filter-by=b&filter=a", "299ff63fc2086a50a8c8d011c18a666257b77412d01aec53fdce26be198bb50d")] // not published: by name, not as whole texts
    public async Task AWS_version_4(string query, string expected)
    {
        var draft = new RequestDraft(HttpMethod.Get, new Uri($"https://example.amazonaws.com/{query}"));
        var scheme = Read(AwsAuth.Entry, "{ accessKeyId: AKIDEXAMPLE, secretAccessKey: wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY, region: us-east-1, service: service }");
        Assert.Null(await scheme.ApplyAsync(draft, Context("2015-08-30T12:36:00Z"), CancellationToken.None));
        Assert.Equal(
            $"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature={expected}",
            draft.Headers.Single(header => header.Key == "Authorization").Value);
    }

    [Theory]
    [InlineData(
        false,
        "date (request-target) host",
        "GBas7grhyrhSKHP6AVIj/h5/Vp8bd/peM79H9Wv8kjoaCivujVXlpbKLjMPeDUhxkFIWtTtLBj3sUzaFj34XE6YZAHc9r2DmE4pMwOAy/kiITcZxa1oHPOeRheC0jP2dqbTll8fmTZVwKZOKHYPtrLJIJQHJjNvxFWeHQjMaR7M=")]
    [InlineData(
        true,
        "date (request-target) host content-length content-type x-content-sha256",
        "Mje8vIDPlwIHmD/cTDwRxE7HaAvBg16JnVcsuqaNRim23fFPgQfLoOOxae6WqKb1uPjYEl0qIdazWaBy/Ml8DRhqlocMwoSXv0fbukP8J5N80LCmzT/FFBvIvTB91XuXI3hYfP9Zt1l7S6ieVadHUfqBedWH0itrtPJBgKmrWso=")]
    public void Oracle_Cloud(bool isPost, string names, string signature)
    {
        const string Get = "https://iaas.us-phoenix-1.oraclecloud.com/20160918/instances?availabilityDomain=Pjwf%3A%20PHX-AD-1&"
            + "compartmentId=ocid1.compartment.oc1..aaaaaaaam3we6vgnherjq5q2idnccdflvjsnog7mlr6rtdb25gilchfeyjxa&displayName=TeamXInstances&"
            + "volumeId=ocid1.volume.oc1.phx.abyhqljrgvttnlx73nmrwfaux7kcvzfs3s66izvxf2h4lgvyndsdsnoiwr5q";
        var draft = new RequestDraft(isPost ? HttpMethod.Post : HttpMethod.Get, new Uri(isPost ? "https://iaas.us-phoenix-1.oraclecloud.com/20160918/volumeAttachments" : Get))
        {
            // 316 bytes, of which the page gives the hash.
            Body = isPost ? new byte[316] : null,
            Headers = { new("Date", "Thu, 05 Jan 2014 21:31:40 GMT") },
        };
        if (isPost)
        {
            draft.Headers.Add(new("x-content-sha256", "V9Z20UJTvkvpJ50flBzKE32+6m2zJjweHpDMX/U4Uy0="));
        }

        var (signed, text) = OciAuth.Text(draft);
        Assert.Equal(names, signed);
        using var key = RSA.Create();
        key.ImportFromPem(OciPublicKey);
        Assert.True(key.VerifyData(Encoding.UTF8.GetBytes(text), Convert.FromBase64String(signature), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    private static IAuthScheme Read(AuthEntry entry, string yaml)
    {
        var problems = new Problems();
        var scheme = entry.Read(new SettingReader((SettingMap)SettingYaml.Read(yaml, "f", problems)!, "auth", problems), "https://api.acme.example");
        Assert.Empty(problems.Found);
        return scheme;
    }

    private static AuthContext Context(string now)
    {
        var time = new ManualTime(now);
        var at = time.GetUtcNow();
        var values = new RequestValues { From = at, To = at, Now = at, PageSize = 1, Secrets = new Dictionary<string, SecretText>(), Clock = time };
        return new AuthContext(values, new TokenCache(time, new NoKeptTokens()), "k", new HttpClient())
        {
            Random = new Random(1),
            Identity = new EntraTokens(_ => throw new NotSupportedException(), time),
        };
    }
}
