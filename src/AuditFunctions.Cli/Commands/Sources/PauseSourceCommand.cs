using AuditFunctions.Cli.Shared;

namespace AuditFunctions.Cli.Commands.Sources;

/// <summary><c>auditfn sources pause NAME</c></summary>
internal sealed class PauseSourceCommand(Surroundings here)
    : SwitchSourceCommand(here, "pause", "Stops polling a source. What was fetched is still delivered; the vendor keeps what comes next.", enabled: false);
