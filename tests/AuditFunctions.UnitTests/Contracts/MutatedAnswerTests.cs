using System.Globalization;
using System.Text;
using AuditFunctions.Configuration;
using AuditFunctions.Operations.Contracts;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Expansion;
using AuditFunctions.Sources.Jobs;
using AuditFunctions.Sources.Partitions;
using AuditFunctions.Sources.Reading;
using AuditFunctions.Sources.Templates;
using AuditFunctions.Tests.Hostile;
using AuditFunctions.Tests.Sources;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Contracts;

/// <summary>What every template's vendor answers, spoilt: tokens, sessions, jobs, lists, pages and items. Each ends as a page or as a failure with a reason.</summary>
[Trait("Category", "Fuzz")]
public sealed class MutatedAnswerTests
{
    [Fact]
    public Task Spoilt_answers_of_any_vendor_end_in_a_page_or_a_reason() => Law.ForSeedsAsync(300, async random =>
    {
        var name = TemplateContractTests.Contracts[random.Next(TemplateContractTests.Contracts.Length)];
        var contract = TemplateContractTests.Read(name);
        var poll = contract.Polls[random.Next(contract.Polls.Count)];
        var answers = new Queue<ContractExchange>(poll.Exchanges);
        var gate = new Lock();
        await using var server = await ScriptedServer.StartAsync(seen =>
        {
            lock (gate)
            {
                return answers.TryDequeue(out var answer) ? Spoilt(answer, $"http://{seen.Header("Host")}", random) : new(404, "");
            }
        });
        await using var pull = new Pull(new ManualTime(poll.To.ToString("O", CultureInfo.InvariantCulture)));
        var source = ContractRun.Define(contract, pull, server.BaseUrl);
        var told = poll.Partitions is null
            ? await PagesAsync(pull, source, poll)
            : (await new PartitionDiscovery(pull.Client, pull.Time).FindAsync(source, CancellationToken.None)).Failure is { } failure ? Pull.Tell(failure) : "found";
        Assert.NotEqual("", told);
    });

    [Fact]
    public void A_spoilt_template_is_read_or_told() => Law.ForSeeds(1_000, random =>
    {
        var template = new TemplateCatalog().Find(TemplateContractTests.Contracts[random.Next(TemplateContractTests.Contracts.Length)])!;
        var text = Encoding.UTF8.GetString(Mutation.Of(Encoding.UTF8.GetBytes(SettingJson.Write(template.Definition)), random));
        var problems = new Problems();
        var read = new DefinitionReader(new TemplateCatalog()).Read(Pull.Row([("baseUrl", "https://acme.example"), ("definition", text)]), problems);
        Assert.Equal(read is null, problems.Found.Count > 0);
    });

    private static async Task<string> PagesAsync(Pull pull, SourceDefinition source, ContractPoll poll)
    {
        var partition = poll.Partition is { } key ? source.Partitions!.ValuesOf(key)! : new Dictionary<string, string>();
        await using var answers = new ExpandedPages(new JobPages(pull.Client, pull.Time), pull.Time);
        string? cursor = null;
        for (var pages = 0; pages < 100; pages++)
        {
            var asked = answers.GetPageAsync(source, new PageQuery(poll.From, poll.To, cursor) { Partition = partition }, CancellationToken.None);
            var result = await asked;
            if (result is not PageResult.Page page)
            {
                return Pull.Tell(result);
            }

            page.Content.Dispose();
            cursor = page.End.Cursor ?? cursor;
            if (page.End.IsLast)
            {
                return "drained";
            }
        }

        return "100 pages";
    }

    private static ScriptedServer.Reply Spoilt(ContractExchange answer, string server, Random random)
    {
        var body = Encoding.UTF8.GetBytes(Contract.Fill(answer.Answer, server));
        var status = random.Next(10) == 0 ? random.Next(200, 600) : answer.Status;
        var headers = answer.AnswerHeaders.Where(_ => random.Next(5) > 0).Select(header => (header.Key, Contract.Fill(header.Value, server))).ToArray();
        return new(status is 204 or 205 or 304 ? 200 : status, "", headers) { Bytes = random.Next(3) == 0 || body.Length == 0 ? body : Mutation.Of(body, random) };
    }
}
