#!/usr/bin/env bash
# Brings AuditFunctions into a resource group and keeps it up to date. Says each step before it takes it and stops at the first that fails.
# Runs on bash 3.2 and later.
set -Eeuo pipefail

readonly SECRET_NAME='^[a-z0-9-]{1,127}$'
readonly HOSTS='^[]A-Za-z0-9.*:_[-]+(,[]A-Za-z0-9.*:_[-]+)*$'
readonly SECRET_ROLE='Key Vault Secrets Officer'
readonly STORAGE_ROLES=('Storage Table Data Contributor' 'Storage Queue Data Contributor' 'Storage Blob Data Contributor')

usage() {
    cat <<'TEXT'
Usage: infra/deploy.sh --group NAME [options]

Deploys infra/main.bicep, publishes the function app and uploads it. A second run changes nothing that is as it should be.

  --group NAME          Resource group. Created when it is missing; then --location is needed.
  --location REGION     Region of a new resource group, such as westeurope.
  --subscription ID     Subscription, by name or id, whatever az is set to. Default: the one that 'az account show' shows.
  --parameters FILE     Bicep parameters. Default: infra/main.bicepparam. Its prefix says which installation of the group is meant.
  --grant-me            Gives you the roles on storage and vault that --secret, --secret-file, --apply, --status and --doctor need.
  --secret NAME         Asks for the value of the secret and stores it in the vault. May be repeated.
  --secret-file NAME=FILE
                        Stores the content of the file as that secret, all of its lines. May be repeated.
  --hosts NAME=HOSTS    Says to which hosts that secret may be sent, with commas between them: stored beside it as tag allowedHosts. May be
                        repeated. A secret that is stored anew keeps its own.
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
    local end=''
    if [ "$1" = azure ]; then
        shift
        set -- az "$@"
        end=$(printf ' --subscription %q' "$subscription_id")
    fi
    printf '    $' >&2
    printf ' %q' "$@" >&2
    printf '%s\n' "$end" >&2
}

# run COMMAND...: shows it and runs it, or only shows it.
run() {
    shown "$@"
    [ "$dry_run" = yes ] || "$@"
}

# azure ARGUMENTS...: az, on the subscription that was named, whatever az itself is set to.
azure() {
    az "$@" --subscription "$subscription_id"
}

# ask ARGUMENTS...: az with an answer that is read. Shows it; a dry run gets no answer.
ask() {
    shown azure "$@"
    [ "$dry_run" = yes ] || azure "$@"
}

# recent TIME: whether that was less than half an hour ago.
recent() {
    local limit=$(($(date +%s) - 1800))
    # GNU's date, else BSD's.
    limit=$(date -u -d "@$limit" +%Y-%m-%dT%H:%M:%S 2>/dev/null || date -u -r "$limit" +%Y-%m-%dT%H:%M:%S)
    [[ $1 > $limit ]]
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

# Never one that the caller exported, which every command below would see.
unset secret_value
group='' location='' subscription='' parameters='' dry_run=no
grant=no status=no doctor=no infra=yes app=yes
secrets=() secret_files=() hosts=() files=()

while [ $# -gt 0 ]; do
    case $1 in
    --group | --location | --subscription | --parameters | --secret | --secret-file | --hosts | --apply)
        # What begins with '-' is the next option, and the value was forgotten.
        if [ $# -lt 2 ] || [ -z "$2" ] || [ "${2:0:1}" = - ]; then
            wrong "$1 needs a value."
        fi
        case $1 in
        --group) group=$2 ;;
        --location) location=$2 ;;
        --subscription) subscription=$2 ;;
        --parameters) parameters=$2 ;;
        --secret)
            [[ $2 =~ $SECRET_NAME ]] || wrong "--secret takes a name of lower-case letters, digits and '-'. The value is asked for."
            secrets+=("$2")
            ;;
        --secret-file)
            [[ ${2%%=*} =~ $SECRET_NAME && $2 == *=* ]] \
                || wrong "--secret-file takes NAME=FILE; the name is of lower-case letters, digits and '-'."
            if [ ! -r "${2#*=}" ] || [ -d "${2#*=}" ]; then
                wrong "there is no file for secret '${2%%=*}' that can be read."
            fi
            # Read now, since a pipe can be read only once: all of it but the line ends at its end.
            secret_value=$(cat "${2#*=}")
            [ -n "$secret_value" ] || wrong "the file for secret '${2%%=*}' is empty."
            secret_files+=("${2%%=*}=$secret_value")
            secret_value=''
            ;;
        --hosts)
            [[ $2 == *=* && ${2%%=*} =~ $SECRET_NAME && ${2#*=} =~ $HOSTS ]] \
                || wrong "--hosts takes NAME=HOSTS: the secret's name, and hosts such as acme.okta.com or *.okta.com with commas between them."
            hosts+=("$2")
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

# auditfn ARGUMENTS...: on the deployed storage and as the one who is logged in to az, whatever this machine's own settings say: no variable
# that is a setting reaches it. It takes a local.settings.json of the current folder; infra/ has none.
auditfn() {
    shown auditfn "$@"
    if [ "$dry_run" = yes ]; then
        return
    fi
    (
        cd "$root/infra"
        shopt -s nocasematch
        set -- "$root/src/AuditFunctions.Cli" --configuration Release -- "$@"
        inherited=()
        while IFS='=' read -r name _; do
            case $name in
            *__* | *:* | AzureWebJobs* | ScheduleCron | AUDIT_SECRET_* | AUDIT_HOSTS_* | OTEL_* | APPLICATIONINSIGHTS_* | FUNCTIONS_*)
                inherited+=(-u "$name")
                ;;
            esac
        done < <(env)
        env ${inherited[@]+"${inherited[@]}"} AzureWebJobsStorage__accountName="$account" Secrets__VaultUri="$vault_uri" \
            ${message_key:+Messages__Key="$message_key"} ${require_hosts:+Secrets__RequireHosts="$require_hosts"} \
            AZURE_TOKEN_CREDENTIALS=AzureCliCredential AZURE_TENANT_ID="$tenant_id" dotnet run --project "$@"
    )
}

cd "$root"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tries=1
prefix='<prefix>' function_app='<function app>' account='<storage account>' vault='<vault>' vault_uri='https://vault/'
message_key='' require_hosts=''
subscription_id=${subscription:-<subscription>} subscription_name=$subscription_id tenant_id='<tenant>'

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
account_of=(az account show ${subscription:+--subscription "$subscription"} --query '[id, name, tenantId]' --output tsv)
shown "${account_of[@]}"
if [ "$dry_run" = no ]; then
    "${account_of[@]}" >"$work/account"
    { read -r subscription_id && read -r subscription_name && read -r tenant_id; } <"$work/account" || give_up 'az shows no subscription.'
fi
echo "    Subscription '$subscription_name' ($subscription_id)." >&2
if [ -n "$subscription" ]; then
    # Who you are, and what auditfn may do, az says of the tenant that it is set to.
    shown az account show --query tenantId --output tsv
    [ "$dry_run" = yes ] || [ "$(az account show --query tenantId --output tsv)" = "$tenant_id" ] \
        || give_up "az is set to another tenant than that of '$subscription_name'. Run 'az account set --subscription $subscription_id'."
fi

# The compiler says what a parameter file comes to, as JSON within JSON: the value that the file gives, else the default of main.bicep.
step 'Reading the parameters' "Correct '$parameters'."
shown az bicep build-params --file "$parameters" --stdout
if [ "$dry_run" = no ]; then
    az bicep build-params --file "$parameters" --stdout >"$work/parameters"
    # Without the signs that quote the inner JSON, a line end of it is an 'n'.
    compiled=$(tr -d '\134' <"$work/parameters")
    given='"prefix":[ nrt]*\{[ nrt]*"value":[ nrt]*"([a-z][a-z0-9]*)"'
    default='"prefix":[ nrt]*\{[ nrt]*"type":[ nrt]*"string",[ nrt]*"defaultValue":[ nrt]*"([a-z][a-z0-9]*)"'
    if ! [[ $compiled =~ $given || $compiled =~ $default ]]; then
        give_up "'$parameters' gives no prefix of lower-case letters and digits."
    fi
    prefix=${BASH_REMATCH[1]}
fi
deployment=auditfunctions-$prefix
echo "    Installation '$prefix' in resource group '$group'." >&2

if [ "$infra" = yes ]; then
    step "Looking for resource group '$group' in subscription '$subscription_name'" \
        "Give --location for a new one; you need the right to create resource groups, or one that exists."
    exists=$(ask group exists --name "$group")
    earlier=''
    if [ "$exists" = true ]; then
        echo "    It exists." >&2
        # One that failed has left roles that are as new as those of a first.
        earlier=$(ask deployment group list --resource-group "$group" \
            --query "[?name=='$deployment' && properties.provisioningState=='Succeeded'].properties.timestamp" --output tsv)
    elif [ -n "$location" ]; then
        run azure group create --name "$group" --location "$location" --output none
    elif [ "$dry_run" = no ]; then
        give_up "resource group '$group' does not exist in subscription '$subscription_name', and --location is missing."
    fi

    step "Deploying infra/main.bicep as '$deployment'" \
        "Read the error above. You need the roles Contributor and Role Based Access Control Administrator (or Owner) on '$group'."
    run azure deployment group create --resource-group "$group" --name "$deployment" --parameters "$parameters" --output none
    if [ -z "$earlier" ] || recent "$earlier"; then
        tries=10
    fi
fi

step 'Reading what was deployed' \
    "There is no deployment '$deployment' in '$group' of subscription '$subscription_name': leave out --no-infra."
outputs='outputs.functionAppName.value, outputs.storageAccountName.value, outputs.vaultName.value, outputs.vaultUri.value, outputs.messageKey.value'
outputs+=', outputs.requireHosts.value'
ask deployment group show --resource-group "$group" --name "$deployment" --query "properties.[$outputs, timestamp]" --output tsv >"$work/outputs"
if [ "$dry_run" = no ]; then
    { read -r function_app && read -r account && read -r vault && read -r vault_uri && read -r message_key \
        && read -r require_hosts && read -r deployed_at; } <"$work/outputs" \
        || give_up 'the deployment has no such outputs: it did not end well, or was made by another version.'
    # 'None' of one that was made by an earlier version.
    message_key=${message_key#None} require_hosts=${require_hosts#None}
    # Roles of a deployment that was made a moment ago, by a run that ended before they held.
    if [ "$infra" = no ] && recent "$deployed_at"; then
        tries=10
    fi
fi

if [ "$app" = yes ]; then
    step 'Publishing the app' 'Read the error above; the packages come from NuGet.'
    # Compiled ahead of time: a function that scales from zero starts sooner.
    run dotnet publish "$root/src/AuditFunctions" --configuration Release --runtime linux-x64 --no-self-contained \
        -p:PublishReadyToRun=true --output "$work/app"
    if [ "$dry_run" = no ]; then
        # Without this folder, which many tools leave out as hidden, the host finds no function.
        for part in host.json .azurefunctions; do
            [ -e "$work/app/$part" ] || give_up "the published app has no $part."
        done
        [ ! -e "$work/app/local.settings.json" ] \
            || give_up 'the published app has a local.settings.json, which may hold secrets: move it out of src/.'
    fi

    step 'Packing the app' 'Read the error above.'
    run cd "$work/app"
    run zip -q -r "$work/app.zip" .
    cd "$root"

    step "Uploading the app to '$function_app'" "Read the error above. You need the role Website Contributor or Contributor on '$function_app'."
    patiently run azure functionapp deployment source config-zip --resource-group "$group" --name "$function_app" --src "$work/app.zip" \
        --output none
fi

resource() {
    echo "/subscriptions/$subscription_id/resourceGroups/$group/providers/$1"
}

# grant_role ROLE SCOPE: unless it is there.
grant_role() {
    local given_at
    given_at=$(ask role assignment list --assignee "$me" --role "$1" --scope "$2" --query '[].[name, createdOn]' --output tsv)
    given_at=${given_at##*$'\t'}
    if [ -n "$given_at" ]; then
        echo "    You have the role $1." >&2
    else
        run azure role assignment create --assignee-object-id "$me" --assignee-principal-type User --role "$1" --scope "$2" --output none
    fi
    if [ -z "$given_at" ] || recent "$given_at"; then
        tries=10
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

# hosts_of NAME: what --hosts says of a secret, else what its tag says already. A list shows no values.
hosts_of() {
    local item
    for item in ${hosts[@]+"${hosts[@]}"}; do
        if [ "${item%%=*}" = "$1" ]; then
            echo "${item#*=}"
            return
        fi
    done
    ask keyvault secret list --vault-name "$vault" --query "[?name=='$1'].tags.allowedHosts" --output tsv
}

# store_secret NAME: the value goes through a pipe: not into an argument, not into the environment (hence the unset above), not into a file.
store_secret() {
    local allowed
    allowed=$(hosts_of "$1") || return
    set -- keyvault secret set --vault-name "$vault" --name "$1" --file /dev/stdin --encoding utf-8 --output none \
        ${allowed:+--tags "allowedHosts=$allowed"}
    shown azure "$@"
    [ "$dry_run" = yes ] || printf '%s' "$secret_value" | azure "$@"
}

# read_secret NAME: one line, or a key from its BEGIN line to its END line.
read_secret() {
    local line
    printf "    Value of %s for vault '%s' in subscription '%s' (not shown): " "$1" "$vault" "$subscription_name" >&2
    IFS= read -rs secret_value || true
    case $secret_value in
    -----BEGIN\ *)
        line=$secret_value
        while [[ $line != -----END\ * ]] && { IFS= read -rs line || [ -n "$line" ]; }; do
            secret_value+=$'\n'$line
        done
        [[ $line == -----END\ * ]] || give_up "the key for secret '$1' has no END line."
        ;;
    esac
    echo >&2
    [ -n "$secret_value" ] || give_up "no value was given for secret '$1'."
    # A line that waits already (what is pasted arrives at once, and a pipe ends) belongs to this value: it would be taken for the next one,
    # or run as a command by your shell.
    if [ -t 0 ] || [ "$1" = "${secrets[${#secrets[@]} - 1]}" ]; then
        local more=no
        while IFS= read -rs -t 1 line || [ -n "$line" ]; do
            [ -z "$line" ] || more=yes
        done
        [ "$more" = no ] || give_up "the value of secret '$1' has several lines: give it with --secret-file."
    fi
}

secret_advice="You need the role $SECRET_ROLE on '$vault': add --grant-me. A vault in a private network is reached from that network only."
for name in ${secrets[@]+"${secrets[@]}"}; do
    step "Storing secret '$name' in vault '$vault'" "$secret_advice"
    [ "$dry_run" = yes ] || read_secret "$name"
    patiently store_secret "$name"
    secret_value=''
done
stored=" ${secrets[*]+"${secrets[*]}"} "
for item in ${secret_files[@]+"${secret_files[@]}"}; do
    stored+="${item%%=*} "
    step "Storing secret '${item%%=*}' in vault '$vault'" "$secret_advice"
    secret_value=${item#*=}
    patiently store_secret "${item%%=*}"
    secret_value=''
done

for item in ${hosts[@]+"${hosts[@]}"}; do
    if [[ $stored != *" ${item%%=*} "* ]]; then
        step "Saying where secret '${item%%=*}' may go" "$secret_advice"
        patiently run azure keyvault secret set-attributes --vault-name "$vault" --name "${item%%=*}" \
            --tags "allowedHosts=${item#*=}" --output none
    fi
done

if [ ${#files[@]} -gt 0 ]; then
    step 'Writing sources and destinations' \
        "When access was refused, add --grant-me. Storage in a private network is reached from that network only."
    patiently auditfn apply "${files[@]}"
fi

step 'Showing the app' "Look at '$function_app' in the portal."
run azure functionapp show --resource-group "$group" --name "$function_app" \
    --query '{name: name, state: state, address: defaultHostName}' --output table
if [ "$status" = yes ]; then
    step 'Showing the sources' 'When access was refused, add --grant-me.'
    patiently auditfn status
fi
if [ "$doctor" = yes ]; then
    step 'Examining the installation' 'Do what is said under each problem. What is deployed stays as it is.'
    auditfn doctor
fi
echo 'Done.' >&2
