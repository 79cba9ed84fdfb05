using System.CommandLine;
using System.CommandLine.Help;
using AuditFunctions.Cli.Commands;
using AuditFunctions.Cli.Commands.Adding;
using AuditFunctions.Cli.Commands.DeadLetters;
using AuditFunctions.Cli.Commands.Destinations;
using AuditFunctions.Cli.Commands.Importing;
using AuditFunctions.Cli.Commands.Lookups;
using AuditFunctions.Cli.Commands.Processors;
using AuditFunctions.Cli.Commands.Queues;
using AuditFunctions.Cli.Commands.Rows;
using AuditFunctions.Cli.Commands.Sources;
using AuditFunctions.Cli.Commands.Subjects;
using AuditFunctions.Cli.Commands.Templates;
using AuditFunctions.Cli.Shared;

namespace AuditFunctions.Cli;

/// <summary>Everything that <c>auditfn</c> can do: one line per command.</summary>
internal static class Root
{
    /// <summary>The option that adds the stack to the report of a fault.</summary>
    public const string Debug = "--debug";

    /// <summary>The command line.</summary>
    public static Command Create(Surroundings here)
    {
        var root = new CommandGroup(
            "auditfn",
            "Pulls audit logs from SaaS vendors and ships every event to your SIEM.",
            "auditfn apply rows.yaml",
            new DemoCommand(here),
            new RunCommand(here),
            new ApplyCommand(here),
            new ValidateCommand(here),
            new ExportCommand(here),
            new BackfillCommand(here),
            new CommandGroup(
                "sources",
                "What is pulled.",
                "auditfn sources list",
                new NewSourceCommand(here),
                new CommandGroup(
                    "import",
                    "Makes a row file of another collector's configuration.",
                    "auditfn sources import grove connectors/*.json --output rows.yaml",
                    new ImportFlickerCommand(here),
                    new ImportGroveCommand(here)),
                new ListSourcesCommand(here),
                new ShowSourceCommand(here),
                new RemoveSourceCommand(here),
                new PauseSourceCommand(here),
                new ResumeSourceCommand(here),
                new TestSourceCommand(here)),
            new CommandGroup(
                "templates",
                "The vendors' streams that can be pulled.",
                "auditfn templates list --search okta",
                new ListTemplatesCommand(here),
                new ShowTemplateCommand(here),
                new NewTemplateCommand(here),
                new AddTemplateCommand(here),
                new RemoveTemplateCommand(here),
                new TestTemplateCommand(here),
                new RecordTemplateCommand(here)),
            new CommandGroup(
                "destinations",
                "Where events go.",
                "auditfn destinations list",
                new NewDestinationCommand(here),
                new ListDestinationsCommand(here),
                new ShowDestinationCommand(here),
                new RemoveDestinationCommand(here),
                new TypesCommand(here),
                new TestDestinationCommand(here)),
            new CommandGroup(
                "processors",
                "What is done to events on their way.",
                "auditfn processors list",
                new ListProcessorsCommand(here),
                new ShowProcessorCommand(here),
                new TryProcessorsCommand(here)),
            new CommandGroup(
                "lookups",
                "Files that processors look values up in.",
                "auditfn lookups list",
                new ListLookupsCommand(here),
                new AddLookupCommand(here),
                new RemoveLookupCommand(here)),
            new CommandGroup(
                "subjects",
                "People whose values are encrypted with a key of their own.",
                "auditfn subjects show anna@acme.example",
                new ShowSubjectCommand(here),
                new ForgetSubjectCommand(here),
                new DecryptSubjectsCommand(here)),
            new CommandGroup(
                "dead-letters",
                "What could not be delivered.",
                "auditfn dead-letters list",
                new ListDeadLettersCommand(here),
                new ShowDeadLetterCommand(here),
                new RetryDeadLettersCommand(here),
                new ExportDeadLettersCommand(here),
                new DiscardDeadLettersCommand(here)),
            new CommandGroup(
                "queues",
                "Messages on their way.",
                "auditfn queues restore",
                new RestoreQueuesCommand(here)),
            new StatusCommand(here),
            new DoctorCommand(here),
            new CostCommand(here),
            new CompletionCommand(here),
            new VersionCommand(here));
        root.Subcommands.Add(new CompleteCommand(here, root));
        root.Options.Add(new Option<bool>(Debug) { Description = "After a fault in auditfn, write its stack too.", Recursive = true });
        root.Options.Add(HelpOption());
        root.Options.Add(VersionCommand.Option());
        return root;
    }

    private static HelpOption HelpOption()
    {
        var help = new HelpOption();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
        return help;
    }
}
