using AuditFunctions.Operations.Doctor.Findings;
using AuditFunctions.Operations.Doctor.Storage;
using Azure;
using Azure.Identity;

namespace AuditFunctions.Tests.Cli.Doctor;

/// <summary>What answers of Azure mean that Azurite does not give: those to an Entra identity.</summary>
public sealed class StorageMeaningTests
{
    private static readonly StorageService Table = new("table", "tables", new Uri("https://audit7x.table.core.windows.net/Sources"), "Storage Table Data Contributor");
    private static readonly Caller Jane = new("11111111-2222-3333-4444-555555555555", "jane@acme.example");

    [Theory]
    [InlineData(403, "AuthorizationPermissionMismatch", "Give jane@acme.example (object 11111111-2222-3333-4444-555555555555) the role 'Storage Table Data Contributor' on account 'audit7x'.", "az role assignment create --role \"Storage Table Data Contributor\" --assignee 11111111-2222-3333-4444-555555555555 --scope \"$(az storage account show --name audit7x --query id --output tsv)\"")]
    [InlineData(403, "AuthorizationFailure", "its public access is off", "az storage account network-rule add --account-name audit7x --ip-address <public address>")]
    [InlineData(401, "InvalidAuthenticationInfo", "of another tenant", "az login --tenant <tenant id>")]
    [InlineData(403, "AuthenticationFailed", "sign in again", "az login")]
    [InlineData(403, "AccountIsDisabled", "disabled", "az account list --output table")]
    [InlineData(403, "SomethingNew", "Look up SomethingNew", null)]
    [InlineData(403, null, "a proxy or firewall on the way", null)]
    [InlineData(503, "ServerBusy", "run this again", null)]
    [InlineData(400, "OutOfRangeInput", "the address is that of the account's table service", null)]
    public void Each_answer_has_a_remedy_of_its_own(int status, string? code, string mend, string? command)
    {
        var finding = Of(new RequestFailedException(status, "signature=planted", code, null), StorageProof.Entra);
        Assert.Equal((FindingLevel.Problem, "tables at audit7x.table.core.windows.net", command), (finding.Level, finding.Where, finding.Command));
        Assert.Contains(mend, finding.Mend, StringComparison.Ordinal);
        Assert.DoesNotContain("planted", $"{finding.What} {finding.Mend} {finding.Command}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AuthorizationPermissionMismatch", "The shared access signature does not permit it")]
    [InlineData("AuthenticationFailed", "has expired")]
    public void A_signature_has_remedies_of_its_own(string code, string mend) =>
        Assert.Contains(mend, Of(new RequestFailedException(403, "no", code, null), StorageProof.Signature).Mend, StringComparison.Ordinal);

    [Fact]
    public void An_identity_that_nobody_knows_is_a_place_to_fill_in() =>
        Assert.Contains(
            "--assignee <object id> ",
            StorageMeaning.Of(Table, "reading", new StorageAccess("audit7x", StorageProof.Entra, null), new RequestFailedException(403, "no", "AuthorizationPermissionMismatch", null)).Command,
            StringComparison.Ordinal);

    [Fact]
    public void No_sign_in_and_no_connection_are_told_apart_also_after_retries()
    {
        Assert.Equal("no Azure identity could sign in", Of(new AuthenticationFailedException("planted"), StorageProof.Entra).What);
        var retried = new AggregateException(
            new RequestFailedException(0, "first"),
            new RequestFailedException(0, "last", null, new HttpRequestException(HttpRequestError.NameResolutionError)));
        var unknown = Of(retried, StorageProof.Entra);
        Assert.Equal("the name audit7x.table.core.windows.net is not known", unknown.What);
        Assert.Contains("privatelink.table.core.windows.net", unknown.Mend, StringComparison.Ordinal);
        Assert.Contains("private endpoints only", Of(new RequestFailedException(0, "x", null, new HttpRequestException(HttpRequestError.ConnectionError)), StorageProof.Entra).Mend, StringComparison.Ordinal);
        Assert.Contains("certificate", Of(new RequestFailedException(0, "x", null, new HttpRequestException(HttpRequestError.SecureConnectionError)), StorageProof.Entra).What, StringComparison.Ordinal);
    }

    private static Finding Of(Exception exception, StorageProof proof) => StorageMeaning.Of(Table, "reading 'Sources'", new StorageAccess("audit7x", proof, Jane), exception);
}
