#!/usr/bin/env bash
# Brings AuditFunctions into a resource group and keeps it up to date. Says each step before it takes it and stops at the first that fails.
# Runs on bash 3.2 and later.
set -Eeuo pipefail

readonly DEPLOYMENT=auditfunctions
readonly SECRET_ROLE='Key Vault Secrets Officer'
readonly STORAGE_ROLES=('Storage Table Data Contributor' 'Storage Queue Data Contributor' 'Storage Blob Data Contributor')

usage() {
    cat <<'TEXT'
Usage: infra/deploy.sh --group NAME [options]

Deploys infra/main.bicep, publishes the function app and uploads it. A second run changes nothing that is as it should be.

  --group NAME          Resource group. Created when it is missing; then --location is needed.
  --location REGION     Region of a new resource group, such as westeurope.
  --subscription ID     Subscription, by name or id. Default: the one that 'az account show' shows.
  --parameters FILE     Bicep parameters. Default: infra/main.bicepparam.
  --grant-me            Gives you the roles on storage and vault that --secret, --apply, --status and --doctor need.
  --secret NAME         Asks for the value of the secret and stores it in the vault. May be repeated.
  --apply FILE          Writes the sources and destinations of a row file, with your own login. May be repeated.
  --status              Shows every source at the end. Follows by itself from --apply.
  --doctor              Examines everything at the end, with your own login, and says what mends what is wrong.
  --no-infra            Leaves out Bicep: resources stay as they are.
  --no-app              Leaves out building and uploading the app.
  --dry-run             Prints the commands and runs none.
  --help                Shows this.

First time:   infra/deploy.sh --group audit --location westeurope --grant-me --secret okta-prod --secret splunk-hec --apply rows.yaml
New version:  infra/deploy.sh --group audit
A new secret: infra/deploy.sh --group audit --no-infra --no-app --secret okta-prod

Needed: az (logged in), dotnet 10 and zip. Exit code: 0 done, 1 a step failed, 2 the command line is wrong.
TEXT
}

wrong() {
    echo "deploy.sh: $1" >&2
    echo "See infra/deploy.sh --help." >&2
    exit 2
}

step_name='reading the command line'
advice='See infra/deploy.sh --help.'

# step NAME ADVICE: what comes next, and what to do should it fail.
step() {
    step_name=$1
    advice=$2
    echo "==> $1" >&2
}

failed() {
    local code=$1
    # $(...) and (...) fail in a shell of their own; the one that started them says so, once.
    if [ "$BASH_SUBSHELL" -gt 0 ]; then
        exit "$code"
    fi
    trap - ERR
    echo "deploy.sh: this step failed with exit code $code: $step_name." >&2
    echo "$advice Then run the same command again: steps that were done are not done twice." >&2
    exit 1
}
trap 'failed $?' ERR

give_up() {
    echo "deploy.sh: $1" >&2
    failed 1
}

shown() {
    printf '    $' >&2
    printf ' %q' "$@" >&2
    printf '\n' >&2
}

# run COMMAND...: shows it and runs it, or only shows it.
run() {
    shown "$@"
    [ "$dry_run" = yes ] || "$@"
}

# patiently COMMAND...: tries for some minutes, for roles that were assigned a moment ago take that long to hold.
patiently() {
    local left=$tries
    until "$@"; do
        left=$((left - 1))
        if [ "$left" -le 0 ]; then
            return 1
        fi
        echo "    Not yet; new roles take some minutes to hold. Trying again in 30 seconds, $left more times." >&2
        sleep 30
    done
}

group='' location='' subscription='' parameters='' dry_run=no
grant=no status=no doctor=no infra=yes app=yes
secrets=() files=()

while [ $# -gt 0 ]; do
    case $1 in
    --group | --location | --subscription | --parameters | --secret | --apply)
        if [ $# -lt 2 ] || [ -z "$2" ]; then
            wrong "$1 needs a value."
        fi
        case $1 in
        --group) group=$2 ;;
        --location) location=$2 ;;
        --subscription) subscription=$2 ;;
        --parameters) parameters=$2 ;;
        --secret)
            [[ $2 =~ ^[a-z0-9-]{1,127}$ ]] || wrong "--secret takes a name of lower-case letters, digits and '-'. The value is asked for."
            secrets+=("$2")
            ;;
        --apply)
            [ -f "$2" ] || wrong "there is no file '$2'."
            files+=("$(cd "$(dirname "$2")" && pwd)/$(basename "$2")")
            ;;
        esac
        shift 2
        ;;
    --grant-me) grant=yes && shift ;;
    --status) status=yes && shift ;;
    --doctor) doctor=yes && shift ;;
    --no-infra) infra=no && shift ;;
    --no-app) app=no && shift ;;
    --dry-run) dry_run=yes && shift ;;
    --help | -h) usage && exit 0 ;;
    *) wrong "unknown option '$1'." ;;
    esac
done
[ -n "$group" ] || wrong "--group is missing."

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
if [ -z "$parameters" ]; then
    parameters=$root/infra/main.bicepparam
fi
[ -f "$parameters" ] || wrong "there is no file '$parameters'."
parameters=$(cd "$(dirname "$parameters")" && pwd)/$(basename "$parameters")
[ ${#files[@]} -eq 0 ] || status=yes

# auditfn ARGUMENTS...: on the deployed storage and as the one who is logged in to az, whatever this machine's own settings say.
# It takes a local.settings.json of the current folder; infra/ has none.
auditfn() {
    shown auditfn "$@"
    if [ "$dry_run" = yes ]; then
        return
    fi
    (
        cd "$root/infra"
        env -u AzureWebJobsStorage AzureWebJobsStorage__accountName="$account" Secrets__VaultUri="$vault_uri" \
            AZURE_TOKEN_CREDENTIALS=AzureCliCredential \
            dotnet run --project "$root/src/AuditFunctions.Cli" --configuration Release -p:AzurePackages=published -- "$@"
    )
}

cd "$root"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tries=1
function_app='<function app>' account='<storage account>' vault='<vault>' vault_uri='https://vault/'

step 'Checking tools' 'Install what is missing.'
if [ "$dry_run" = no ]; then
    for tool in az dotnet zip; do
        command -v "$tool" >/dev/null 2>&1 || give_up "'$tool' is not on the PATH."
    done
fi

if [ ${#files[@]} -gt 0 ]; then
    step 'Checking the row files' 'Correct the rows as said above.'
    auditfn validate "${files[@]}"
fi

step 'Checking the login' "Log in with 'az login', and name the subscription with --subscription."
if [ -n "$subscription" ]; then
    run az account set --subscription "$subscription"
fi
subscription_id='<subscription>'
shown az account show --query id --output tsv
if [ "$dry_run" = no ]; then
    subscription_id=$(az account show --query id --output tsv)
    [ -n "$subscription_id" ] || give_up 'az shows no subscription.'
fi

if [ "$infra" = yes ]; then
    step "Looking for resource group '$group'" "Give --location for a new one; you need the right to create resource groups, or one that exists."
    shown az group exists --name "$group"
    exists=false earlier=0
    [ "$dry_run" = yes ] || exists=$(az group exists --name "$group")
    if [ "$exists" = true ]; then
        echo "    It exists." >&2
        shown az deployment group list --resource-group "$group" --query "length([?name=='$DEPLOYMENT'])" --output tsv
        earlier=$(az deployment group list --resource-group "$group" --query "length([?name=='$DEPLOYMENT'])" --output tsv)
    elif [ -n "$location" ]; then
        run az group create --name "$group" --location "$location" --output none
    elif [ "$dry_run" = no ]; then
        give_up "resource group '$group' does not exist, and --location is missing."
    fi

    step 'Deploying infra/main.bicep' "Read the error above. You need the roles Contributor and Role Based Access Control Administrator (or Owner) on '$group'."
    run az deployment group create --resource-group "$group" --name "$DEPLOYMENT" --parameters "$parameters" --output none
    if [ "$earlier" = 0 ]; then
        tries=10
    fi
fi

step 'Reading what was deployed' "There is no deployment '$DEPLOYMENT' in '$group': leave out --no-infra."
outputs='properties.outputs.[functionAppName.value, storageAccountName.value, vaultName.value, vaultUri.value]'
shown az deployment group show --resource-group "$group" --name "$DEPLOYMENT" --query "$outputs" --output tsv
if [ "$dry_run" = no ]; then
    az deployment group show --resource-group "$group" --name "$DEPLOYMENT" --query "$outputs" --output tsv >"$work/outputs"
    { read -r function_app && read -r account && read -r vault && read -r vault_uri; } <"$work/outputs" \
        || give_up 'the deployment has no such outputs: it did not end well, or was made by another version.'
fi

if [ "$app" = yes ]; then
    step 'Publishing the app' 'Read the error above; the packages come from NuGet.'
    # Compiled ahead of time: a function that scales from zero starts sooner.
    run dotnet publish "$root/src/AuditFunctions" --configuration Release --runtime linux-x64 --no-self-contained \
        -p:AzurePackages=published -p:PublishReadyToRun=true --output "$work/app"
    if [ "$dry_run" = no ]; then
        # Without this folder, which many tools leave out as hidden, the host finds no function.
        for part in host.json .azurefunctions; do
            [ -e "$work/app/$part" ] || give_up "the published app has no $part."
        done
    fi

    step 'Packing the app' 'Read the error above.'
    run cd "$work/app"
    run zip -q -r "$work/app.zip" .
    cd "$root"

    step "Uploading the app to '$function_app'" "Read the error above. You need the role Website Contributor or Contributor on '$function_app'."
    patiently run az functionapp deployment source config-zip --resource-group "$group" --name "$function_app" --src "$work/app.zip" --output none
fi

resource() {
    echo "/subscriptions/$subscription_id/resourceGroups/$group/providers/$1"
}

# grant_role ROLE SCOPE: unless it is there.
grant_role() {
    shown az role assignment list --assignee "$me" --role "$1" --scope "$2" --query 'length(@)' --output tsv
    local there=0
    [ "$dry_run" = yes ] || there=$(az role assignment list --assignee "$me" --role "$1" --scope "$2" --query 'length(@)' --output tsv)
    if [ "$there" = 0 ]; then
        run az role assignment create --assignee-object-id "$me" --assignee-principal-type User --role "$1" --scope "$2" --output none
        tries=10
    else
        echo "    You have the role $1." >&2
    fi
}

if [ "$grant" = yes ]; then
    step 'Giving you the roles on storage and vault' \
        "You need the role Role Based Access Control Administrator (or Owner) on '$group'. A service principal is given its roles by hand: see docs/deploying.md."
    me='<you>'
    shown az ad signed-in-user show --query id --output tsv
    [ "$dry_run" = yes ] || me=$(az ad signed-in-user show --query id --output tsv)
    for role in "${STORAGE_ROLES[@]}"; do
        grant_role "$role" "$(resource "Microsoft.Storage/storageAccounts/$account")"
    done
    grant_role "$SECRET_ROLE" "$(resource "Microsoft.KeyVault/vaults/$vault")"
fi

# The value goes through a pipe: not into an argument, not into the environment (hence the unset), not into a file.
unset secret_value
store_secret() {
    set -- keyvault secret set --vault-name "$vault" --name "$1" --file /dev/stdin --encoding utf-8 --output none
    shown az "$@"
    [ "$dry_run" = yes ] || printf '%s' "$secret_value" | az "$@"
}

for name in ${secrets[@]+"${secrets[@]}"}; do
    step "Storing secret '$name' in vault '$vault'" "You need the role $SECRET_ROLE on '$vault': add --grant-me. A vault in a private network is reached from that network only."
    secret_value=''
    if [ "$dry_run" = no ]; then
        printf '    Value of %s (not shown): ' "$name" >&2
        IFS= read -rs secret_value || true
        echo >&2
        [ -n "$secret_value" ] || give_up "no value was given for secret '$name'."
    fi
    patiently store_secret "$name"
    secret_value=''
done

if [ ${#files[@]} -gt 0 ]; then
    step 'Writing sources and destinations' \
        "When access was refused, add --grant-me. Storage in a private network is reached from that network only."
    patiently auditfn apply "${files[@]}"
fi

step 'Showing the app' "Look at '$function_app' in the portal."
run az functionapp show --resource-group "$group" --name "$function_app" --query '{name: name, state: state, address: defaultHostName}' --output table
if [ "$status" = yes ]; then
    step 'Showing the sources' 'When access was refused, add --grant-me.'
    patiently auditfn status
fi
if [ "$doctor" = yes ]; then
    step 'Examining the installation' 'Do what is said under each problem. What is deployed stays as it is.'
    auditfn doctor
fi
echo 'Done.' >&2
