using System.CommandLine;
using AuditFunctions.Cli.Output;
using AuditFunctions.Cli.Shared;

namespace AuditFunctions.Cli.Commands;

/// <summary><c>auditfn completion SHELL</c></summary>
internal sealed class CompletionCommand : CliCommand
{
    // Each asks 'auditfn complete' what may stand at the cursor.
    private const string Bash = """
        _auditfn() {
            local line=${COMP_LINE:0:COMP_POINT}
            mapfile -t COMPREPLY < <("${COMP_WORDS[0]}" complete -- "$line" 2>/dev/null)
        }
        complete -o default -F _auditfn auditfn
        """;

    private const string Zsh = """
        #compdef auditfn
        _auditfn() {
            local -a found
            found=("${(@f)$(auditfn complete -- "${BUFFER[1,CURSOR]}" 2>/dev/null)}")
            [[ ${words[CURRENT]} == --*=* ]] && compset -P '*='
            if [[ -n ${found[1]} ]]; then compadd -a found; else _files; fi
        }
        if [[ ${funcstack[1]} == _auditfn ]]; then _auditfn "$@"; else compdef _auditfn auditfn; fi
        """;

    private const string Fish = """
        function __auditfn
            set -l found (auditfn complete -- (commandline -cp) 2>/dev/null)
            if test (count $found) -gt 0
                printf '%s\n' $found
            else
                __fish_complete_path (commandline -ct)
            end
        end
        complete -c auditfn -f -a '(__auditfn)'
        """;

    private const string PowerShell = """
        Register-ArgumentCompleter -Native -CommandName auditfn -ScriptBlock {
            param($word, $ast, $position)
            $line = $ast.ToString().PadRight($position).Substring(0, $position)
            auditfn complete -- "$line" | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
        }
        """;

    private readonly Argument<string> _shell = new("SHELL") { Description = "bash, zsh, fish or pwsh." };

    /// <summary>The command.</summary>
    public CompletionCommand(Surroundings here)
        : base(
            here,
            "completion",
            "Writes a script that completes commands and options in a shell. Load it where the shell starts, such as in ~/.bashrc.",
            "auditfn completion bash > ~/.auditfn-completion.bash",
            "auditfn completion zsh > ~/.zfunc/_auditfn",
            "auditfn completion fish > ~/.config/fish/completions/auditfn.fish",
            "auditfn completion pwsh >> $PROFILE")
    {
        _shell.AcceptOnlyFromAmong("bash", "zsh", "fish", "pwsh");
        Arguments.Add(_shell);
    }

    /// <inheritdoc/>
    protected override Task<int> RunAsync(ParseResult parsed, Printer printer, CancellationToken cancellationToken)
    {
        printer.Line(parsed.GetRequiredValue(_shell) switch { "bash" => Bash, "zsh" => Zsh, "fish" => Fish, _ => PowerShell });
        return Task.FromResult(ExitCode.Done);
    }
}
