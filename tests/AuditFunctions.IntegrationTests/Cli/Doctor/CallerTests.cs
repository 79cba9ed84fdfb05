using System.Buffers.Text;
using System.Text;
using AuditFunctions.Operations.Doctor.Findings;
using Azure.Core;

namespace AuditFunctions.Tests.Cli.Doctor;

/// <summary>Who asks, as its token says.</summary>
public sealed class CallerTests
{
    [Theory]
    [InlineData("""{"oid":"1111-22","upn":"jane@acme.example"}""", "jane@acme.example (object 1111-22)", "1111-22")]
    [InlineData("""{"oid":"1111-22","appid":"3333"}""", "3333 (object 1111-22)", "1111-22")]
    [InlineData("""{"oid":"1111-22"}""", "object 1111-22", "1111-22")]
    [InlineData("""{"oid":"$(rm -rf ~)","upn":7}""", "an identity that its token does not name", null)] // nothing else gets into a command line
    [InlineData("[]", "an identity that its token does not name", null)]
    [InlineData("{", "an identity that its token does not name", null)]
    public async Task Claims_name_the_caller(string claims, string words, string? id)
    {
        var caller = await Caller.AskAsync(new Given($"e30.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}.c2ln"), default);
        Assert.Equal((words, id), (caller.ToString(), caller.ObjectId));
        var role = AzureCommands.GiveRole("Key Vault Secrets User", caller, AzureCommands.IdOfVault("kv-7x"));
        Assert.Equal($"az role assignment create --role \"Key Vault Secrets User\" --assignee {id ?? "<object id>"} --scope \"$(az keyvault show --name kv-7x --query id --output tsv)\"", role);
    }

    [Theory]
    [InlineData("opaque")]
    [InlineData("a.%%%.c")]
    public async Task A_token_that_says_nothing_names_nobody(string token) =>
        Assert.Equal(new Caller(null, null), await Caller.AskAsync(new Given(token), default));

    [Theory]
    [InlineData("okta-prod", "okta-prod")]
    [InlineData("a b", "'a b'")]
    [InlineData("it's $(x)", "'it'\\''s $(x)'")]
    [InlineData("", "''")]
    public void Names_become_one_word_of_a_command(string name, string word) => Assert.Equal(word, AzureCommands.Word(name));

    private sealed class Given(string token) : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => new(token, DateTimeOffset.MaxValue);

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) => new(GetToken(requestContext, cancellationToken));
    }
}
