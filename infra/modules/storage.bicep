metadata description = 'Where rows, checkpoints, messages, bodies and dead letters are kept. Reached with Entra tokens only.'

@description('Name of the storage account.')
@minLength(3)
@maxLength(24)
param name string

@description('Region.')
param location string

@description('Copies that are kept, such as Standard_ZRS.')
param sku string

@description('Whether storage is reached through private endpoints only.')
param privateNetwork bool

@description('Days after which a body that was never delivered is deleted, should the app not have done so itself.')
@minValue(1)
param batchDeletionDays int

@description('Days after which a dead letter is deleted; 0: never.')
@minValue(0)
param deadLetterRetentionDays int

@description('Kinds of requests that are written to the workspace: StorageRead, StorageWrite, StorageDelete.')
param auditedRequests string[]

@description('Resource id of the Log Analytics workspace that takes the logs.')
param workspaceId string

@description('Tags of the resource.')
param tags { *: string }

var tableNames = [
  'Sources'
  'Destinations'
  'Templates'
  'Checkpoints'
  'Ledger'
  'SubjectKeys'
]
var queueNames = [
  'fetch'
  'ship'
]
var containerNames = [
  'batches'
  'deadletter'
  'deployment'
  'lookups'
  'seen'
]

// The app deletes bodies itself. This rule is for those that nobody is left to delete.
var batchRule = {
  name: 'delete-forgotten-batches'
  enabled: true
  type: 'Lifecycle'
  definition: {
    filters: {
      blobTypes: [
        'blockBlob'
      ]
      prefixMatch: [
        'batches/'
      ]
    }
    actions: {
      baseBlob: {
        delete: {
          daysAfterModificationGreaterThan: batchDeletionDays
        }
      }
    }
  }
}

// Dead letters are evidence: without the parameter no rule names their container. No rule ever names 'seen'.
var deadLetterRule = {
  name: 'delete-old-dead-letters'
  enabled: true
  type: 'Lifecycle'
  definition: {
    filters: {
      blobTypes: [
        'blockBlob'
      ]
      prefixMatch: [
        'deadletter/'
      ]
    }
    actions: {
      baseBlob: {
        delete: {
          daysAfterModificationGreaterThan: deadLetterRetentionDays
        }
      }
    }
  }
}

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: {
    name: sku
  }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    // No keys: this also ends shared access signatures that are signed with one.
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    allowCrossTenantReplication: false
    allowedCopyScope: 'AAD'
    isLocalUserEnabled: false
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: privateNetwork ? 'Disabled' : 'Enabled'
    networkAcls: {
      bypass: 'AzureServices'
      defaultAction: privateNetwork ? 'Deny' : 'Allow'
    }
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-06-01' = {
  parent: account
  name: 'default'
  properties: {
    // A container that was deleted by mistake can be brought back. Single blobs cannot: a body is deleted once it was delivered,
    // and each would stay, and be paid for, that much longer.
    containerDeleteRetentionPolicy: {
      enabled: true
      days: 30
    }
  }
}

resource containers 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' = [
  for container in containerNames: {
    parent: blobs
    name: container
    properties: {
      publicAccess: 'None'
    }
  }
]

resource queueService 'Microsoft.Storage/storageAccounts/queueServices@2025-06-01' = {
  parent: account
  name: 'default'
}

resource queues 'Microsoft.Storage/storageAccounts/queueServices/queues@2025-06-01' = [
  for queue in queueNames: {
    parent: queueService
    name: queue
  }
]

resource tableService 'Microsoft.Storage/storageAccounts/tableServices@2025-06-01' = {
  parent: account
  name: 'default'
}

resource tables 'Microsoft.Storage/storageAccounts/tableServices/tables@2025-06-01' = [
  for table in tableNames: {
    parent: tableService
    name: table
  }
]

resource lifecycle 'Microsoft.Storage/storageAccounts/managementPolicies@2025-06-01' = {
  parent: account
  name: 'default'
  properties: {
    policy: {
      rules: deadLetterRetentionDays > 0 ? [batchRule, deadLetterRule] : [batchRule]
    }
  }
}

resource blobLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = if (!empty(auditedRequests)) {
  scope: blobs
  name: 'audit'
  properties: {
    workspaceId: workspaceId
    logs: [
      for request in auditedRequests: {
        category: request
        enabled: true
      }
    ]
  }
}

resource queueLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = if (!empty(auditedRequests)) {
  scope: queueService
  name: 'audit'
  properties: {
    workspaceId: workspaceId
    logs: [
      for request in auditedRequests: {
        category: request
        enabled: true
      }
    ]
  }
}

resource tableLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = if (!empty(auditedRequests)) {
  scope: tableService
  name: 'audit'
  properties: {
    workspaceId: workspaceId
    logs: [
      for request in auditedRequests: {
        category: request
        enabled: true
      }
    ]
  }
}
