#!/usr/bin/env bash
# azd runs this after it has provisioned: asks for each secret of AUDITFN_SECRETS that the vault does not have yet.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

names=() missing=()
read -r -a names <<<"${AUDITFN_SECRETS:-}" || true
if [ ${#names[@]} -eq 0 ]; then
    echo "No secrets are named. To be asked for some: azd env set AUDITFN_SECRETS 'okta-prod splunk-hec', then azd hooks run postprovision."
    exit 0
fi

# Asked of the vault's resource and not of the vault: that needs no role that was given a moment ago, and no way into a private network.
# vaultName is an output of main.bicep; azd hands it over.
group=https://management.azure.com/subscriptions/$AZURE_SUBSCRIPTION_ID/resourceGroups/$AZURE_RESOURCE_GROUP
vault=$group/providers/Microsoft.KeyVault/vaults/${vaultName:?}
for name in "${names[@]}"; do
    if az rest --method get --url "$vault/secrets/$name?api-version=2025-05-01" --query id --output tsv >/dev/null 2>&1; then
        echo "The vault has a secret '$name'."
    else
        missing+=(--secret "$name")
    fi
done
[ ${#missing[@]} -gt 0 ] || exit 0

command=(infra/deploy.sh --subscription "$AZURE_SUBSCRIPTION_ID" --group "$AZURE_RESOURCE_GROUP" --parameters infra/azd/main.bicepparam
    --no-infra --no-app "${missing[@]}")
if [ ! -t 0 ]; then
    echo "The vault lacks secrets, and there is nobody to ask. Give them with: ${command[*]}"
    exit 0
fi
exec "${command[@]}"
