using AuditFunctions.Configuration;
using AuditFunctions.Operations.Contracts;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Templates;
using AuditFunctions.Tests.Sources;

namespace AuditFunctions.Tests.Contracts;

/// <summary>Contracts that must be right, and must be kept.</summary>
internal static class ContractRun
{
    /// <summary>Reads a contract.</summary>
    public static Contract Read(string name, string yaml)
    {
        var problems = new Problems();
        var contract = ContractReader.Read(name, yaml, problems);
        Assert.Empty(problems.Found);
        return contract!;
    }

    /// <summary>The template with the contract's values, and its secrets where a client finds them.</summary>
    public static SourceDefinition Define(Contract contract, Pull pull, string baseUrl)
    {
        foreach (var (setting, value) in ContractSource.SecretSettings(contract, new TemplateCatalog()))
        {
            pull.SetSecret(setting["AUDIT_SECRET_".Length..], value!);
        }

        var problems = new Problems();
        var source = ContractSource.Read(contract, new TemplateCatalog(), baseUrl, problems);
        Assert.Empty(problems.Found);
        return source!;
    }

    /// <summary>Replays it; every poll must be as it says.</summary>
    public static async Task<ReplayedContract> RunAsync(Contract contract)
    {
        var replayed = await ContractReplay.RunAsync(contract, new TemplateCatalog(), CancellationToken.None);
        Assert.Empty(replayed.Problems);
        var wrong = replayed.Polls.Where(poll => poll.Wrong.Count > 0).Select(poll => $"{poll.Title}: {string.Join('\n', poll.Wrong)}");
        Assert.Equal("", string.Join('\n', wrong));
        return replayed;
    }
}
