using System.CommandLine;
using AuditFunctions.Cli.Output;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Operations;
using AuditFunctions.Operations.Adding;
using Microsoft.Extensions.Configuration;

namespace AuditFunctions.Cli.Commands.Adding;

/// <summary>The questions that every new row has.</summary>
/// <param name="dialogue">Who is asked.</param>
/// <param name="printer">Where the answers' consequences go.</param>
/// <param name="place">Where the row goes.</param>
internal sealed class NewRow(Dialogue dialogue, Printer printer, IRowPlace place)
{
    /// <summary>Who is asked.</summary>
    public Dialogue Dialogue => dialogue;

    /// <summary>Prints.</summary>
    public Printer Printer => printer;

    /// <summary>Where the row goes.</summary>
    public IRowPlace Place => place;

    /// <summary>What nobody answered, as an option would give it.</summary>
    public List<string> Missing { get; } = [];

    /// <summary>Names what is missing.</summary>
    /// <returns>The exit code.</returns>
    public int EndMissing(ParseResult parsed)
    {
        printer.Note("Nothing was written: nobody can be asked, and these answers are missing:");
        foreach (var missing in Missing)
        {
            printer.Note($"  {missing}");
        }

        printer.Note($"See '{string.Join(' ', parsed.CommandResult.Path())} --help'.");
        return ExitCode.Usage;
    }

    /// <summary>Lists what is wrong with the row.</summary>
    public void PrintProblems(IEnumerable<RowProblem> problems)
    {
        foreach (var problem in problems)
        {
            printer.Note(new Problem(problem.Where, problem.What).ToString());
        }
    }

    /// <summary>The row's name: the one given, or one that is free.</summary>
    /// <exception cref="Hosting.OperationException">The one given is taken.</exception>
    public async Task<string> NameAsync(RowDraft draft, string? given, CancellationToken cancellationToken)
    {
        var taken = place.Names(draft.Kind);
        if (given is not null)
        {
            return !taken.Contains(given) ? given
                : throw new Hosting.OperationException($"There is a {draft.Kind.Word()} '{given}' in {place.Title} already; give another --name, or change it with 'auditfn apply'.");
        }

        var proposal = FreeName.Of(Proposal(draft), taken);
        var name = proposal;
        await dialogue.AskAsync($"Name of the {draft.Kind.Word()}", proposal, answer =>
        {
            name = answer;
            return !ResourceName.IsValid(answer) ? $"Allowed: {ResourceName.Allowed}." : taken.Contains(answer) ? "That name is taken." : null;
        }, cancellationToken);
        return ResourceName.IsValid(name) && !taken.Contains(name) ? name : proposal;
    }

    /// <summary>Asks for each parameter that a row needs, then for those that it may have.</summary>
    public async Task AskParametersAsync(RowDraft draft, string name, CancellationToken cancellationToken)
    {
        foreach (var parameter in draft.Parameters.Where(parameter => parameter.Required && !draft.Has(parameter.Name)))
        {
            await AskAsync(draft, parameter, name, cancellationToken);
        }

        string[] rest = [.. draft.Parameters.Where(parameter => !draft.Has(parameter.Name)).Select(parameter => parameter.Name)];
        while (rest.Length > 0 && dialogue.IsOpen
            && await dialogue.TextAsync($"More columns ({string.Join(", ", rest)}): column=value, ?column, or nothing to go on", cancellationToken) is { Length: > 0 } answer)
        {
            var parts = answer.Split('=', 2);
            if (parts.Length == 2)
            {
                printer.Note(draft.Set(parts[0].Trim(), parts[1]) is { } wrong ? $"  {wrong}" : $"  {parts[0].Trim()}: taken");
            }
            else if (draft.Parameters.FirstOrDefault(parameter => parameter.Name.Equals(answer.TrimStart('?').Trim(), StringComparison.OrdinalIgnoreCase)) is { } asked)
            {
                Explain(asked);
            }
            else
            {
                printer.Note("  Write column=value, such as interval=5m, or ? and a name of the list.");
            }
        }
    }

    /// <summary>Sees whether each secret is there; for one that is not, shows how to store it and takes its value for the test.</summary>
    /// <returns>Settings that know what was typed.</returns>
    public async Task<IConfiguration> AskSecretsAsync(IConfiguration settings, TimeProvider time, RowDraft draft, string? host, CancellationToken cancellationToken)
    {
        await using var services = Installation.Services(settings, time);
        foreach (var secret in draft.Secrets)
        {
            if (await SecretStorage.WhatIsWrongAsync(services, secret, cancellationToken) is not { } wrong)
            {
                printer.Note($"'{secret}' is there.");
                continue;
            }

            printer.Note(wrong);
            printer.Note($"  To store it: {SecretStorage.Command(services, secret, host)}");
            if (SecretStorage.IsVault(services))
            {
                await dialogue.TextAsync("  Press Enter when that is done", cancellationToken);
            }
            else if (await dialogue.HiddenAsync("  Its value, for the test of now only (not shown, not stored; nothing to go on)", cancellationToken) is { } value)
            {
                settings = SecretStorage.With(settings, secret, value);
            }
        }

        return settings;
    }

    private async Task AskAsync(RowDraft draft, RowParameter parameter, string name, CancellationToken cancellationToken)
    {
        var proposal = parameter.Secret ? SecretNameOf(name, parameter) : parameter.Default;
        if (dialogue.IsOpen)
        {
            Explain(parameter);
        }

        if (!await dialogue.AskAsync(parameter.Name, proposal, answer => draft.Set(parameter.Name, Choice(parameter, answer)), cancellationToken))
        {
            Missing.Add($"--set {parameter.Name}=... ({parameter.Description})");
        }
    }

    // A choice may be typed as its number.
    private static string Choice(RowParameter parameter, string answer) =>
        parameter.Allowed.Contains(answer) ? answer : Choices.At(parameter.Allowed, answer) ?? answer;

    private void Explain(RowParameter parameter)
    {
        printer.Note($"{parameter.Name}: {parameter.Description}");
        Choices.Print(printer, parameter.Allowed);
        if (parameter.Secret)
        {
            printer.Note("  A secret: the row holds a reference such as secret:name only, never the value.");
        }
        else if (parameter.Example is { } example && parameter.Allowed.Count == 0)
        {
            printer.Note($"  Example: {example}");
        }
    }

    private static string Proposal(RowDraft draft) => draft.Kind == RowKind.Source && draft.Row("new").Row[SourceColumns.Template] is { } template ? template : "siem";

    // The rule of a vault's names: a row's may hold '.' and '_'.
    private static string SecretNameOf(string name, RowParameter parameter) =>
        SecretName.Prefix + string.Concat($"{name}-{parameter.Name.ToLowerInvariant()}".Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'));
}
