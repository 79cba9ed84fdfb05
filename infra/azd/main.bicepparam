using '../main.bicep'

// What 'azd env set NAME VALUE' gives. Others have defaults, and can be given here: see docs/deploying.md.

param prefix = readEnvironmentVariable('AUDITFN_PREFIX', 'audit')

param tags = {
  workload: 'auditfunctions'
  'azd-env-name': readEnvironmentVariable('AZURE_ENV_NAME', 'none')
}

param storageSku = readEnvironmentVariable('AUDITFN_STORAGE_SKU', 'Standard_LRS')

// Several are separated by a space.
var alertEmailList = readEnvironmentVariable('AUDITFN_ALERT_EMAILS', '')
param alertEmails = empty(alertEmailList) ? [] : split(alertEmailList, ' ')

param signMessages = bool(readEnvironmentVariable('AUDITFN_SIGN_MESSAGES', 'true'))

param unsignedUntil = readEnvironmentVariable('AUDITFN_UNSIGNED_UNTIL', '')

param requireHosts = bool(readEnvironmentVariable('AUDITFN_REQUIRE_HOSTS', 'false'))

param privateNetwork = bool(readEnvironmentVariable('AUDITFN_PRIVATE_NETWORK', 'false'))

param sentinelWorkspaceId = readEnvironmentVariable('AUDITFN_SENTINEL_WORKSPACE_ID', '')

// false: somebody has given you the roles already, 'infra/deploy.sh --grant-me' for one. A role cannot be given twice.
param callerRoles = bool(readEnvironmentVariable('AUDITFN_CALLER_ROLES', 'true'))
