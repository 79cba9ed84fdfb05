using System.CommandLine;
using AuditFunctions.Cli.Output;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Configuration;
using AuditFunctions.Hosting;
using AuditFunctions.Operations;
using AuditFunctions.Operations.Cost;

namespace AuditFunctions.Cli.Commands;

/// <summary><c>auditfn cost</c></summary>
internal sealed class CostCommand : CliCommand
{
    private readonly Option<int?> _sources = new("--sources") { Description = "Of an installation that is described: how many sources it has." };
    private readonly Option<int?> _partitions = new("--partitions") { Description = "Instead of --sources: partitions of one account, which share its secret." };
    private readonly Option<string> _interval = new("--interval") { Description = "How often each is polled.", HelpName = "duration", DefaultValueFactory = _ => "5m" };
    private readonly Option<double> _events = new("--events-per-day") { Description = "New events a day, of all sources together." };
    private readonly Option<int> _eventSize = new("--event-size") { Description = "Bytes of an event.", DefaultValueFactory = _ => 1_200 };
    private readonly Option<int> _destinations = new("--destinations") { Description = "Destinations that get every event.", DefaultValueFactory = _ => 1 };
    private readonly Option<bool> _present = new("--present") { Description = "The installation as it is: its rows and what its checkpoints have counted. So it is without --sources too." };
    private readonly Option<double> _poll = new("--seconds-per-poll") { Description = "How long a poll takes.", DefaultValueFactory = _ => new HostFacts().SecondsPerPoll };
    private readonly Option<double> _delivery = new("--seconds-per-delivery") { Description = "How long a delivery takes.", DefaultValueFactory = _ => new HostFacts().SecondsPerDelivery };
    private readonly Option<int> _memory = new("--memory") { Description = "Memory of an instance in MB.", DefaultValueFactory = _ => new HostFacts().MemoryMb };
    private readonly Option<string> _tick = new("--tick") { Description = "How often the scheduler ticks.", HelpName = "duration", DefaultValueFactory = _ => Durations.Write(new HostFacts().Tick) };
    private readonly Option<int> _group = new("--group-size") { Description = "Due sources that share a message: the setting Scheduling__GroupSize.", DefaultValueFactory = _ => new HostFacts().GroupSize };
    private readonly Option<double> _receive = new("--messages-per-receive") { Description = "Messages that the host gets at once, 1 to 8.", DefaultValueFactory = _ => new HostFacts().MessagesPerReceive };
    private readonly Option<string> _cache = new("--secret-cache") { Description = "How long a secret is remembered: the setting Secrets__CacheDuration.", HelpName = "duration", DefaultValueFactory = _ => Durations.Write(new HostFacts().SecretCache) };
    private readonly Option<int?> _secrets = new("--secrets") { Description = "Secrets that are in use. Default: one for each source and destination." };
    private readonly Option<string?> _prices = new("--prices") { Description = "A price file instead of the built-in prices.", HelpName = "file" };
    private readonly Option<string?> _storage = StorageCommand.StorageOption();

    /// <summary>The command.</summary>
    public CostCommand(Surroundings here)
        : base(
            here,
            "cost",
            "Calculates what a month costs in Azure, item by item, of this installation or of one that is described. Changes nothing.",
            "auditfn cost",
            "auditfn cost --partitions 384 --interval 5m --events-per-day 1000000")
    {
        foreach (var option in (Option[])[_sources, _partitions, _interval, _events, _eventSize, _destinations, _present, _poll, _delivery, _memory, _tick, _group, _receive, _cache, _secrets, _prices, _storage])
        {
            Options.Add(option);
        }

        _sources.Refuse(sources => sources is > 0 and <= 100_000, "--sources must be a number from 1 to 100000.");
        _partitions.Refuse(partitions => partitions is > 0 and <= 100_000, "--partitions must be a number from 1 to 100000.");
        _events.Refuse(events => events is >= 0 and <= 1e11, "--events-per-day must be a number from 0 to 100000000000.");
        _eventSize.Refuse(size => size is > 0 and <= 1_000_000, "--event-size must be a number from 1 to 1000000.");
        _destinations.Refuse(destinations => destinations is > 0 and <= 100, "--destinations must be a number from 1 to 100.");
        _poll.Refuse(seconds => seconds is > 0 and <= 240, "--seconds-per-poll must be more than 0 and at most 240.");
        _delivery.Refuse(seconds => seconds is > 0 and <= 240, "--seconds-per-delivery must be more than 0 and at most 240.");
        _memory.Refuse(memory => memory is 512 or 2048 or 4096, "--memory must be 512, 2048 or 4096.");
        _group.Refuse(size => size is >= 1 and <= 64, "--group-size must be a number from 1 to 64.");
        _receive.Refuse(messages => messages is >= 1 and <= 8, "--messages-per-receive must be a number from 1 to 8.");
        _secrets.Refuse(secrets => secrets is >= 0 and <= 100_000, "--secrets must be a number from 0 to 100000.");
        foreach (var option in (Option<string>[])[_interval, _tick, _cache])
        {
            option.Refuse(text => Durations.TryParse(text ?? "", out var duration) && duration >= TimeSpan.FromSeconds(1), $"{option.Name} must be {Durations.Allowed}, at least 1s.");
        }

        Validators.Add(result =>
        {
            if (result.Given(_present) && (result.GetResult(_sources) ?? result.GetResult(_partitions)) is not null)
            {
                result.AddError("--present is this installation: leave out --sources and --partitions.");
            }

            if (result.GetResult(_sources) is not null && result.GetResult(_partitions) is not null)
            {
                result.AddError("Give --sources or --partitions, not both.");
            }
        });
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult parsed, Printer printer, CancellationToken cancellationToken)
    {
        var prices = parsed.GetValue(_prices) is { } file ? PriceList.Read(Path.Combine(Here.Folder, file)) : PriceList.BuiltIn();
        var host = new HostFacts
        {
            MemoryMb = parsed.GetValue(_memory),
            Tick = Duration(parsed, _tick),
            GroupSize = parsed.GetValue(_group),
            SecondsPerPoll = parsed.GetValue(_poll),
            SecondsPerDelivery = parsed.GetValue(_delivery),
            MessagesPerReceive = parsed.GetValue(_receive),
            SecretCache = Duration(parsed, _cache),
        };
        var partitions = parsed.GetValue(_partitions);
        if ((parsed.GetValue(_sources) ?? partitions) is { } sources)
        {
            var destinations = parsed.GetValue(_destinations);
            var secrets = partitions is null ? (int?)null : 1 + destinations;
            var described = Workload.Described(sources, Duration(parsed, _interval), parsed.GetValue(_events), parsed.GetValue(_eventSize), destinations, host, secrets);
            return Print(parsed, printer, described, prices);
        }

        return await Installation.UseAsync(
            Here.SettingsWith(parsed.GetValue(_storage)),
            Here.Time,
            printer.Note,
            async installation => Print(parsed, printer, await PresentWorkload.ReadAsync(installation, host, Here.Time.GetUtcNow(), cancellationToken), prices),
            cancellationToken);
    }

    private static TimeSpan Duration(ParseResult parsed, Option<string> option) =>
        Durations.TryParse(parsed.GetValue(option)!, out var duration) ? duration : throw new OperationException($"{option.Name} is no duration.");

    private int Print(ParseResult parsed, Printer printer, Workload work, PriceList prices)
    {
        work = work with { Secrets = parsed.GetValue(_secrets) ?? work.Secrets };
        var bill = new Bill(work, prices);
        if (WantsJson(parsed))
        {
            printer.Json(CostShape.Of(work, bill, prices), CliJson.Default.CostShape);
            return ExitCode.Done;
        }

        CostTable.Print(printer, work, bill, prices);
        return ExitCode.Done;
    }
}
