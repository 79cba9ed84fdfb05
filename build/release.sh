#!/usr/bin/env bash
# Makes everything that a release holds, from a clean clone, into artifacts/release. Says each step and stops at the first that fails.
set -Eeuo pipefail

readonly RUNTIMES=(linux-x64 linux-arm64 win-x64 osx-arm64)

usage() {
    cat <<'TEXT'
Usage: build/release.sh [--tag TAG] [RUNTIME...]

Makes, in artifacts/release:
  auditfn.VERSION.nupkg                      the .NET tool
  auditfn-VERSION-RUNTIME.tar.gz (or .zip)   auditfn as one file that needs no .NET, for each RUNTIME, and the Kafka
                                             library
  auditfunctions-VERSION-functionapp.zip     the function app, as infra/deploy.sh uploads it
  *.cdx.json                                 what is in each of them (CycloneDX)
  SHA256SUMS                                 checksums of all of these

  --tag TAG   The tag of this release. Refused unless it is the version of Directory.Build.props with a 'v' in front.
  RUNTIME     linux-x64, linux-arm64, win-x64, osx-arm64. Default: all.

Needed: dotnet 10, node, tar, zip, sha256sum. Exit code: 0 done, 1 a step failed, 2 the command line is wrong.
TEXT
}

wrong() {
    echo "release.sh: $1" >&2
    echo "See build/release.sh --help." >&2
    exit 2
}

step_name='reading the command line'
step() {
    step_name=$1
    echo "==> $1" >&2
}
trap 'echo "release.sh: this step failed: $step_name." >&2; exit 1' ERR

tag='' runtimes=()
while [ $# -gt 0 ]; do
    case $1 in
    --tag)
        [ $# -ge 2 ] || wrong '--tag needs a value.'
        tag=$2
        shift 2
        ;;
    --help | -h) usage && exit 0 ;;
    -*) wrong "unknown option '$1'." ;;
    *)
        [[ " ${RUNTIMES[*]} " == *" $1 "* ]] || wrong "unknown runtime '$1'."
        runtimes+=("$1")
        shift
        ;;
    esac
done
[ ${#runtimes[@]} -gt 0 ] || runtimes=("${RUNTIMES[@]}")

cd "$(dirname "${BASH_SOURCE[0]}")/.."
# Restores are locked, and paths in the binaries are those of the repository.
export CI=true ContinuousIntegrationBuild=true DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
out=$PWD/artifacts/release work=$PWD/artifacts/work
cli=src/AuditFunctions.Cli/AuditFunctions.Cli.csproj app=src/AuditFunctions/AuditFunctions.csproj

step 'Reading the version'
version=$(dotnet msbuild "$cli" -getProperty:Version)
[ -z "$tag" ] || [ "$tag" = "v$version" ] || wrong "the tag is '$tag', but Directory.Build.props says version $version."
rm -rf "$out" "$work"
mkdir -p "$out" "$work"

step 'Reading what is new'
# The section of this version; before it is one, what is unreleased.
heading=Unreleased
[ -z "$tag" ] || heading=$version
awk -v heading="## [$heading]" 'index($0, "## [") == 1 { inside = index($0, heading) == 1; next } inside' CHANGELOG.md >"$out/../notes.md"
grep -q '^- ' "$out/../notes.md" || wrong "CHANGELOG.md says nothing under '## [$heading]'."

# The same commit gives archives with the same times.
when=$(git log -1 --format=%cI)

step 'Restoring tools'
dotnet tool restore

# archive FOLDER FILE: the content of the folder.
archive() {
    find "$1" -exec touch -d "$when" {} +
    case $2 in
    *.zip) (cd "$1" && find . -type f | LC_ALL=C sort | TZ=UTC zip -q -X "$2" -@) ;;
    *) tar --sort=name --owner=0 --group=0 --numeric-owner --mtime="$when" -C "$1" -cf - . | gzip -n >"$2" ;;
    esac
}

# bill PROJECT NAME RUNTIME FILE: of the packages that the last restore chose. 'any': the runtime is not part of it.
bill() {
    local only=()
    [ "$3" = any ] || only=(--runtime "$3")
    dotnet tool run dotnet-CycloneDX -- "$1" --framework net10.0 ${only[@]+"${only[@]}"} --disable-package-restore \
        --output-format Json --set-name "$2" --set-version "$version" --output "$work/bill" --filename bill.json >"$work/bill.log" \
        || { cat "$work/bill.log" >&2; return 1; }
    node build/bill.js "$work/bill/bill.json" "$out/$4" "${@:5}"
}

step "Packing the tool, version $version"
dotnet pack "$cli" --configuration Release --output "$out" --verbosity quiet
bill "$cli" auditfn any "auditfn.$version.cdx.json"

step 'Trying the tool'
dotnet tool install auditfn --version "$version" --source "$out" --tool-path "$work/tool" >/dev/null
[ "$("$work/tool/auditfn" version)" = "$version" ]

net=$(dotnet msbuild "$cli" -getProperty:BundledNETCoreAppPackageVersion)
for runtime in "${runtimes[@]}"; do
    step "Publishing auditfn for $runtime"
    dotnet publish "$cli" --configuration Release --runtime "$runtime" --self-contained --output "$work/$runtime" \
        --verbosity quiet
    name=auditfn-$version-$runtime
    file=auditfn kind=tar.gz
    case $runtime in win-*) file=auditfn.exe kind=zip ;; esac
    mkdir -p "$work/$name"
    # The Kafka library is the one thing that stands beside the file; only destinations of kind kafka need it.
    find "$work/$runtime" -maxdepth 1 \( -name '*librdkafka.*' -o -name '*.dll' \) -exec cp {} "$work/$name/" \;
    cp "$work/$runtime/$file" LICENSE "$work/$name/"
    chmod 755 "$work/$name/$file"
    archive "$work/$name" "$out/$name.$kind"
    bill "$cli" auditfn "$runtime" "$name.cdx.json" \
        "Microsoft.NETCore.App.Runtime.$runtime@$net" "Microsoft.AspNetCore.App.Runtime.$runtime@$net"
done

if [[ " ${runtimes[*]} " == *' linux-x64 '* && "$(uname -sm)" = 'Linux x86_64' ]]; then
    step 'Trying the file for linux-x64'
    [ "$("$work/auditfn-$version-linux-x64/auditfn" version)" = "$version" ]
    "$work/auditfn-$version-linux-x64/auditfn" validate build/rows.yaml
fi

step 'Publishing the function app'
dotnet publish "$app" --configuration Release --runtime linux-x64 --no-self-contained -p:PublishReadyToRun=true \
    --output "$work/functionapp" --verbosity quiet
for part in host.json .azurefunctions; do
    [ -e "$work/functionapp/$part" ] || { echo "The published app has no $part." >&2; false; }
done
archive "$work/functionapp" "$out/auditfunctions-$version-functionapp.zip"
bill "$app" auditfunctions linux-x64 "auditfunctions-$version-functionapp.cdx.json"

step 'Calculating checksums'
(cd "$out" && sha256sum -- * >"$work/SHA256SUMS" && mv "$work/SHA256SUMS" .)
rm -rf "$work"
(cd "$out" && ls -l)
