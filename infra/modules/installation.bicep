metadata description = 'Deploys nothing: its outputs, under a name that deploy.sh knows, say what an installation is made of.'

@description('Name of the function app.')
param functionAppName string

@description('Name of the storage account.')
param storageAccountName string

@description('Name of the vault.')
param vaultName string

@description('The secret that messages are signed with, as rows name it; empty: they are not signed.')
param messageKey string

@description('true when a secret that names no hosts is sent nowhere; empty: it goes where rows say.')
param requireHosts string

resource vault 'Microsoft.KeyVault/vaults@2025-05-01' existing = {
  name: vaultName
}

@description('Name of the function app.')
output functionAppName string = functionAppName

@description('Name of the storage account.')
output storageAccountName string = storageAccountName

@description('Name of the vault.')
output vaultName string = vaultName

@description('Address of the vault.')
output vaultUri string = vault.properties.vaultUri

@description('The secret that messages are signed with, as rows name it; empty: they are not signed.')
output messageKey string = messageKey

@description('true when a secret that names no hosts is sent nowhere; empty: it goes where rows say.')
output requireHosts string = requireHosts
