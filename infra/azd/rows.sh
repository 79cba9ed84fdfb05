#!/usr/bin/env bash
# azd runs this after it has deployed: writes the sources and destinations of the files in AUDITFN_ROWS and shows how far each source is.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

files=() options=()
read -r -a files <<<"${AUDITFN_ROWS:-}" || true
if [ ${#files[@]} -eq 0 ]; then
    echo "No rows are named. To write some: azd env set AUDITFN_ROWS rows.yaml, then azd hooks run postdeploy."
    exit 0
fi
for file in "${files[@]}"; do
    options+=(--apply "$file")
done
exec infra/deploy.sh --subscription "$AZURE_SUBSCRIPTION_ID" --group "$AZURE_RESOURCE_GROUP" --parameters infra/azd/main.bicepparam \
    --no-infra --no-app "${options[@]}"
