using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Pipeline.Storage.DeadLetters;

namespace AuditFunctions.Cli.Commands.DeadLetters;

/// <summary>The options that say which dead letters are meant.</summary>
internal sealed class LetterFilterOptions
{
    private readonly Option<string?> _source = new("--source") { Description = "Only those of this source." };
    private readonly Option<string?> _destination = new("--destination") { Description = "Only those for this destination." };
    private readonly Option<string?> _day = new("--day") { Description = "Only those under this day, such as 2026-01-31: the first part of their names.", HelpName = "day", CustomParser = ParseDay };
    private readonly Option<DateTimeOffset?> _since = InstantOption.Of("--since", "Only those given up at this instant (UTC) or later, such as 2026-01-31T10:00.");
    private readonly Option<DateTimeOffset?> _until = InstantOption.Of("--until", "Only those given up before this instant (UTC).");
    private readonly Option<string?> _reason = new("--reason") { Description = "Only those with this text in their reason.", HelpName = "text" };
    private readonly Option<string?> _id = new("--id") { Description = "Only the one of this id: its name, or the last part of it." };

    /// <summary>Gives a command the options.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _source, _destination, _day, _since, _until, _reason, _id })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>What a command line says.</summary>
    public DeadLetterFilter Of(ParseResult parsed) => new()
    {
        Source = parsed.GetValue(_source),
        Destination = parsed.GetValue(_destination),
        Day = parsed.GetValue(_day),
        Since = parsed.GetValue(_since),
        Until = parsed.GetValue(_until),
        Reason = parsed.GetValue(_reason),
        Id = parsed.GetValue(_id),
    };

    private static string? ParseDay(ArgumentResult result)
    {
        if (DateOnly.TryParseExact(result.Tokens[0].Value, ["yyyy-MM-dd", "yyyyMMdd"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            return day.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        }

        result.AddError($"--day: '{result.Tokens[0].Value}' is no day; write one such as 2026-01-31.");
        return null;
    }
}
