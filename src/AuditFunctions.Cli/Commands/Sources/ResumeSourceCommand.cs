using AuditFunctions.Cli.Shared;

namespace AuditFunctions.Cli.Commands.Sources;

/// <summary><c>auditfn sources resume NAME</c></summary>
internal sealed class ResumeSourceCommand(Surroundings here)
    : SwitchSourceCommand(here, "resume", "Polls a paused source again, from where it was.", enabled: true);
