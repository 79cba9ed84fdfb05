using System.Diagnostics;
using AuditFunctions.Tests.Docs;

namespace AuditFunctions.Tests.Infra;

/// <summary>Runs <c>infra/deploy.sh</c> for real, with stand-ins for <c>az</c>, <c>dotnet</c>, <c>zip</c> and <c>sleep</c> that note how they were called.</summary>
internal sealed class DeployRun : IDisposable
{
    // A subscription that remembers: the group, the deployment, the roles and the secrets are files. Every call is a line of the log.
    private const string Az = """
        #!/usr/bin/env bash
        set -eu
        echo "az $*" >>"$STATE/calls"
        env >>"$STATE/environment"
        if [ -n "${REFUSE:-}" ] && [[ "$*" == "$REFUSE"* ]]; then
            if [ ! -e "$STATE/refusals" ] || [ "$(wc -l <"$STATE/refusals")" -lt "${REFUSALS:-1000}" ]; then
                echo refused >>"$STATE/refusals"
                echo "refused" >&2
                exit 3
            fi
        fi
        case "$*" in
        "account show "*) echo 00000000-0000-0000-0000-000000000001 ;;
        "group exists "*) if [ -e "$STATE/group" ]; then echo true; else echo false; fi ;;
        "group create "*) touch "$STATE/group" ;;
        "deployment group list "*) if [ -e "$STATE/deployed" ]; then echo 1; else echo 0; fi ;;
        "deployment group create "*) touch "$STATE/deployed" ;;
        "deployment group show "*)
            [ -e "$STATE/deployed" ] || exit 3
            printf '%s\n' func-audit-7x audit7x kv-audit7x https://kv-audit7x.vault.azure.net/
            ;;
        "functionapp deployment source config-zip "*) cp "${*: -3:1}" "$STATE/package" ;;
        "ad signed-in-user show "*) echo me-7 ;;
        "role assignment list "*) grep -c -F -- "$7|$9" "$STATE/roles" || true ;;
        "role assignment create "*) echo "$9|${11}" >>"$STATE/roles" ;;
        "keyvault secret set "*)
            [ "$9 ${10} ${11}" = "/dev/stdin --encoding utf-8" ]
            cat >"$STATE/secret-$7"
            [ "${12} ${13}" = "--output none" ] || cat "$STATE/secret-$7"
            ;;
        esac
        """;

    private const string Dotnet = """
        #!/usr/bin/env bash
        set -eu
        echo "dotnet $*" >>"$STATE/calls"
        env >>"$STATE/environment"
        if [ "$1" = publish ]; then
            out=${*: -1}
            mkdir -p "$out/.azurefunctions"
            touch "$out/host.json" "$out/.azurefunctions/function.deps.json"
            if [ -n "${NO_METADATA:-}" ]; then rm -r "$out/.azurefunctions"; fi
        else
            if [ -n "${WRONG_ROWS:-}" ]; then
                exit 3
            fi
            env | grep -E '^(AzureWebJobsStorage|Secrets__|AZURE_TOKEN_CREDENTIALS)' | sort >"$STATE/auditfn" || true
        fi
        """;

    // The package is a list of what would be in it.
    private const string Zip = """
        #!/usr/bin/env bash
        set -eu
        [ "$1 $2 $4" = "-q -r ." ]
        find . -type f >"$3"
        """;

    private const string Sleep = """
        #!/usr/bin/env bash
        echo "sleep $*" >>"$STATE/calls"
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("deploy-");

    public DeployRun()
    {
        var bin = _folder.CreateSubdirectory("bin");
        foreach (var (name, text) in new[] { ("az", Az), ("dotnet", Dotnet), ("zip", Zip), ("sleep", Sleep) })
        {
            var file = Path.Combine(bin.FullName, name);
            File.WriteAllText(file, text + "\n");
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }

        File.WriteAllText(Path.Combine(State, "roles"), "");
        File.WriteAllText(Rows, "sources: []\n");
    }

    /// <summary>A row file.</summary>
    public string Rows => Path.Combine(_folder.FullName, "rows of mine.yaml");

    private string State => _folder.CreateSubdirectory("state").FullName;

    /// <summary>What the stand-ins left in a file; empty when there is none.</summary>
    public string Left(string name) => File.Exists(Path.Combine(State, name)) ? File.ReadAllText(Path.Combine(State, name)) : "";

    /// <summary>The calls since the last time this was asked.</summary>
    public string[] TakeCalls()
    {
        var calls = Left("calls").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        File.Delete(Path.Combine(State, "calls"));
        return calls;
    }

    /// <summary>Runs the script to its end.</summary>
    public async Task<(int ExitCode, string Output, string Error)> RunAsync(string[] arguments, string input = "", params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("bash", [Path.Combine(DocsPage.Root, "infra", "deploy.sh"), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["PATH"] = $"{Path.Combine(_folder.FullName, "bin")}:{start.Environment["PATH"]}";
        start.Environment["STATE"] = State;
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
