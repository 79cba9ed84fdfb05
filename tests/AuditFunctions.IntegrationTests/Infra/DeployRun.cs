using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;
using AuditFunctions.Tests.Docs;
using AuditFunctions.Tests.Infra.Tools;

namespace AuditFunctions.Tests.Infra;

/// <summary>Runs <c>infra/deploy.sh</c> for real, with stand-ins for <c>az</c>, <c>dotnet</c>, <c>zip</c> and <c>sleep</c> that note how they were called.</summary>
internal sealed partial class DeployRun : IDisposable
{
    // A subscription that remembers: the group, deployments, the roles and the secrets are files. Every call is a line of the log. Like
    // Azure, it keeps a deployment that failed, and its answers say when something was made.
    private const string Az = """
        #!/usr/bin/env bash
        set -eu
        echo "az $*" >>"$STATE/calls"
        env >>"$STATE/environment"
        now=$(date -u +%Y-%m-%dT%H:%M:%S.000000+00:00)
        if [ -n "${REFUSE:-}" ] && [[ "$*" == "$REFUSE"* ]]; then
            if [ ! -e "$STATE/refusals" ] || [ "$(wc -l <"$STATE/refusals")" -lt "${REFUSALS:-1000}" ]; then
                echo refused >>"$STATE/refusals"
                if [[ "$*" == "deployment group create "* ]]; then echo "$now" >"$STATE/failed-$7"; fi
                echo "refused" >&2
                exit 3
            fi
        fi
        case "$*" in
        "account show "*"--query tenantId "*) echo "${DEFAULT_TENANT:-tenant-1}" ;;
        "account show "*) printf '%s\n' 00000000-0000-0000-0000-000000000001 'Pay as you go' tenant-1 ;;
        "bicep build-params --file "*" --stdout") cat "$STATE/compiled-$(basename "$4")" ;;
        "group exists "*) if [ -e "$STATE/group" ]; then echo true; else echo false; fi ;;
        "group create "*) touch "$STATE/group" ;;
        "deployment group list "*)
            for deployment in "$STATE"/deployed-*; do
                if [[ "$7" == *"'${deployment##*/deployed-}'"* ]]; then cat "$deployment"; fi
            done
            if [[ "$7" != *Succeeded* ]]; then cat "$STATE"/failed-* 2>/dev/null || true; fi
            ;;
        "deployment group create "*)
            echo "$now" >"$STATE/deployed-$7"
            sed -n "s/^param prefix = '\(.*\)'$/\1/p" "$9" >"$STATE/prefix-$7"
            ;;
        "deployment group show "*)
            [ -e "$STATE/deployed-$7" ] || exit 3
            prefix=$(cat "$STATE/prefix-$7")
            printf '%s\n' "func-$prefix-7x" "${prefix}7x" "kv-${prefix}7x" "https://kv-${prefix}7x.vault.azure.net/" "${MESSAGE_KEY-secret:message-key}" "${REQUIRE_HOSTS-}" "$(cat "$STATE/deployed-$7")"
            ;;
        "functionapp deployment source config-zip "*) cp "${10}" "$STATE/package" ;;
        "ad signed-in-user show "*) echo me-7 ;;
        "role assignment list "*) grep -F -- "$7|$9|" "$STATE/roles" | sed "s/.*|/name	/" || true ;;
        "role assignment create "*) echo "$9|${11}|$now" >>"$STATE/roles" ;;
        "keyvault secret list "*) cat "$STATE/hosts-$(sed "s/.*name=='\\([a-z0-9-]*\\)'.*/\\1/" <<<"$*")" 2>/dev/null || true ;;
        "keyvault secret set-attributes "*) echo "${9#allowedHosts=}" >"$STATE/hosts-$7" ;;
        "keyvault secret set "*)
            if [ "${14}" = --tags ]; then echo "${15#allowedHosts=}" >"$STATE/hosts-$7"; else rm -f "$STATE/hosts-$7"; fi
            [ "$9 ${10} ${11}" = "/dev/stdin --encoding utf-8" ]
            cat >"$STATE/secret-$7"
            echo "$5" >"$STATE/vault-of-$7"
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
            if [ -n "${LOCAL_SETTINGS:-}" ]; then touch "$out/local.settings.json"; fi
        else
            if [ -n "${WRONG_ROWS:-}" ]; then
                exit 3
            fi
            env | sort >"$STATE/auditfn"
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

    // What the compiler makes of a parameter file, by its text.
    private static readonly ConcurrentDictionary<string, Lazy<Task<string>>> Compiled = new(StringComparer.Ordinal);

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

    /// <summary>Puts all that was made so far into the past.</summary>
    public void MakeOld()
    {
        foreach (var file in Directory.EnumerateFiles(State).Where(file => Path.GetFileName(file) is var name
            && (name == "roles" || name.StartsWith("deployed-", StringComparison.Ordinal)
                || name.StartsWith("failed-", StringComparison.Ordinal))))
        {
            File.WriteAllText(file, Year().Replace(File.ReadAllText(file), "2025-"));
        }
    }

    /// <summary>Writes a parameter file.</summary>
    public async Task<string> WriteParametersAsync(string name, string lines)
    {
        var main = Path.GetRelativePath(_folder.FullName, Path.Combine(Bicep.Folder, "main.bicep"));
        var file = Path.Combine(_folder.FullName, name);
        await File.WriteAllTextAsync(file, $"using '{main}'\n{lines}\n", CancellationToken.None);
        await CompileAsync(file, lines);
        return file;
    }

    // The stand-in of az gives what the compiler, which az only starts, made of a file of that name.
    private async Task CompileAsync(string file, string key)
    {
        var compiled = await Compiled.GetOrAdd(key, _ => new Lazy<Task<string>>(async () =>
        {
            var (code, output, error) = await Bicep.RunAsync("build-params", file, "--stdout");
            Assert.True(code == 0, error);
            return output;
        })).Value;
        await File.WriteAllTextAsync(Path.Combine(State, $"compiled-{Path.GetFileName(file)}"), compiled, CancellationToken.None);
    }

    /// <summary>Runs the script to its end.</summary>
    public async Task<(int ExitCode, string Output, string Error)> RunAsync(string[] arguments, string input = "", params (string Name, string Value)[] environment)
    {
        await CompileAsync(Path.Combine(Bicep.Folder, "main.bicepparam"), "");
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

    [GeneratedRegex(@"\b20\d\d-", RegexOptions.None, 1000)]
    private static partial Regex Year();
}
