metadata description = 'Where the secrets of sources and destinations are. Who may read them is said by roles; what was deleted can be brought back.'

@description('Name of the vault.')
@minLength(3)
@maxLength(24)
param name string

@description('Region.')
param location string

@description('Whether the vault is reached through a private endpoint only.')
param privateNetwork bool

@description('Resource id of the Log Analytics workspace that takes the audit log.')
param workspaceId string

@description('Whether the vault gets a key that messages are signed with, when it has none yet.')
param messageKey bool

@description('Makes that key; nobody gives it.')
@secure()
param newMessageKey string = '${newGuid()}${newGuid()}'

@description('Tags of the resource.')
param tags { *: string }

resource vault 'Microsoft.KeyVault/vaults@2025-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: {
      family: 'A'
      name: 'standard'
    }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 90
    enablePurgeProtection: true
    publicNetworkAccess: privateNetwork ? 'disabled' : 'enabled'
    networkAcls: {
      bypass: 'None'
      defaultAction: privateNetwork ? 'Deny' : 'Allow'
    }
  }
}

// Made once and never again: a key that changes from one deployment to the next would make messages that wait look forged.
@onlyIfNotExists()
resource key 'Microsoft.KeyVault/vaults/secrets@2025-05-01' = if (messageKey) {
  parent: vault
  name: 'message-key'
  tags: tags
  properties: {
    value: newMessageKey
  }
}

// Who read, wrote or deleted which secret. The app reads each every ten minutes at most, so this stays small.
resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: vault
  name: 'audit'
  properties: {
    workspaceId: workspaceId
    logs: [
      {
        categoryGroup: 'audit'
        enabled: true
      }
    ]
  }
}
