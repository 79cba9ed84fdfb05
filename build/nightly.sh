#!/usr/bin/env bash
# What takes too long for every change: the crash sweep at every call, all other tests with fresh seeds, spoilt input for ten
# minutes, and chaos for half an hour.
# Each part runs whatever became of the one before. Ends with a line for each; exit code 0 only when all passed.
set -uo pipefail

minutes=30 only=''
while [ $# -gt 0 ]; do
    case $1 in
    --minutes | --only)
        [ $# -ge 2 ] || { echo "nightly.sh: $1 needs a value." >&2; exit 2; }
        if [ "$1" = --minutes ]; then minutes=$2; else only=$2; fi
        shift 2
        ;;
    --help | -h)
        echo 'Usage: build/nightly.sh [--minutes MINUTES of chaos, 30 by default] [--only build|sweep|fresh|fuzz|chaos]'
        exit 0
        ;;
    *)
        echo "nightly.sh: unknown option '$1'. See build/nightly.sh --help." >&2
        exit 2
        ;;
    esac
done
[[ $minutes =~ ^[0-9]+$ ]] || { echo "nightly.sh: --minutes takes a number, not '$minutes'." >&2; exit 2; }
[[ $only =~ ^(|build|sweep|fresh|fuzz|chaos)$ ]] || { echo "nightly.sh: there is no part '$only'." >&2; exit 2; }

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
logs=artifacts/nightly
rm -rf "$logs"
mkdir -p "$logs"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
failed=0
summary=()

# part NAME COMMAND...: runs it and notes how it ended.
part() {
    local name=$1 start=$SECONDS end
    shift
    [ -z "$only" ] || [ "$only" = "$name" ] || return 0
    echo "==> $name: $*"
    if env "$@" 2>&1 | tee "$logs/$name.log"; then end=passed; else end=failed failed=1; fi
    summary+=("$name $end after $((SECONDS - start)) s")
}

part build dotnet build
# The console shows the seeds and points that repeat a failure.
part sweep AUDITFN_SWEEP=full dotnet test --filter Category=Sweep --logger 'console;verbosity=detailed'
part fresh AUDITFN_FRESH=1 dotnet test --filter 'Category!=Sweep&Category!=Chaos'
part fuzz AUDITFN_FUZZ=2.5 dotnet test --filter Category=Fuzz
part chaos dotnet run --configuration Release --project tests/AuditFunctions.Chaos -- --minutes "$minutes" --evidence "$logs/chaos"

printf '%s\n' "${summary[@]}"
exit "$failed"
