metadata description = 'AuditFunctions in one resource group: the function app and all that it stands on. No secret goes in or comes out.'

targetScope = 'resourceGroup'

@description('First part of every name: lower-case letters and digits, a letter first.')
@minLength(2)
@maxLength(8)
param prefix string = 'audit'

@description('Region of everything but the Sentinel part. The Flex Consumption plan must be offered there.')
param location string = resourceGroup().location

@description('Tags of every resource.')
param tags { *: string } = {}

@description('Copies that storage keeps. ZRS survives the loss of a data centre, where the region has several.')
@allowed([
  'Standard_LRS'
  'Standard_ZRS'
  'Standard_GRS'
  'Standard_GZRS'
])
param storageSku string = 'Standard_LRS'

// What is paid for is memory times time, and a run mostly waits for a vendor. A busy process was measured to need less than 160 MB.
@description('Memory of an instance in megabytes. More than 512 for vendors whose pages are many megabytes large.')
@allowed([
  512
  2048
  4096
])
param instanceMemoryMB int = 512

// The least that the plan takes. Leases and ledger allow any number; what bounds a fetch is the vendor's rate limit, not the number of
// processors, so more instances would only be throttled more.
@description('Most instances that run at once.')
@minValue(40)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('When the scheduler ticks, in UTC, as a cron expression with six fields (the first counts seconds). A source is polled no more often.')
param scheduleCron string = '*/30 * * * * *'

@description('Share of the traces that are kept, 0 to 1. Logs and metrics are kept whole.')
param traceRatio string = '0.05'

@description('Days that a body that was never delivered is kept. Longer than the longest outage of a destination.')
@minValue(30)
@maxValue(365)
param bodyRetentionDays int = 90

@description('Days after which a dead letter is deleted. 0: never.')
@minValue(0)
@maxValue(3650)
param deadLetterRetentionDays int = 0

@description('Makes a key in the vault, once, and has messages signed with it: who may only write queues can then put no event into the evidence.')
param signMessages bool = false

@description('Until when messages that are not signed are taken all the same, such as 2026-12-01T00:00:00Z: for the first deployment with signMessages of an installation whose queues hold messages. Empty: not at all.')
param unsignedUntil string = ''

@description('Sends a secret only to the hosts that its tag allowedHosts names, and one without that tag nowhere.')
param requireHosts bool = false

@description('Further app settings by name, such as { Fetching__MaxRunTime: \'00:05:00\' }; one that is also set here replaces it. Values can be read by whoever may read the app: no credentials here.')
param appSettings { *: string } = {}

@description('Days that logs and metrics are kept.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 30

@description('Gigabytes of logs a day after which no more are taken, and alerts are blind. -1: no such limit.')
@minValue(-1)
param logDailyCapGb int = -1

@description('Requests to storage that are logged: any of StorageRead, StorageWrite and StorageDelete. Each is a line for every request of that kind, and is paid for.')
param auditedStorageRequests ('StorageRead' | 'StorageWrite' | 'StorageDelete')[] = [
  'StorageDelete'
]

@description('Deploys the workbook and the alert rules.')
param watched bool = true

@description('Mail addresses that alerts go to.')
param alertEmails string[] = []

@description('Resource ids of further action groups that alerts go to.')
param alertActionGroupIds string[] = []

// A rule that looks every 5 minutes costs three times as much as one that looks every 15.
@description('How often the alert rules look: PT5M, PT10M or PT15M.')
@allowed([
  'PT5M'
  'PT10M'
  'PT15M'
])
param alertFrequency string = 'PT15M'

@description('Minutes that an event may take from its time to its delivery before an alert says so.')
@minValue(1)
param deliveryTargetMinutes int = 60

@description('Sources whose vendors publish so late that this target means nothing.')
param slowSources string[] = []

@description('Batches that may wait for a destination before an alert says that they do not drain.')
@minValue(1)
param alertBacklog int = 1000

@description('Puts the app into a virtual network and gives storage and vault private endpoints in place of public addresses.')
param privateNetwork bool = false

@description('Addresses of the virtual network: a /24 or larger. Only with privateNetwork.')
param networkAddressPrefix string = '10.60.0.0/24'

@description('Resource id of a NAT gateway, for a fixed address towards vendors and destinations. Only with privateNetwork. Empty: none.')
param natGatewayId string = ''

@description('Resource id of the Log Analytics workspace that Microsoft Sentinel reads. Empty: no Sentinel part.')
param sentinelWorkspaceId string = ''

@description('Region of that workspace.')
param sentinelLocation string = location

@description('Table in that workspace that the events are written to. Ends in _CL.')
param sentinelTableName string = 'AuditFunctions_CL'

@description('Gives whoever deploys the roles on storage and vault that rows and secrets need. infra/deploy.sh does it with --grant-me.')
param callerRoles bool = false

// Names. With the longest prefix each stays within the limit of its kind; the tightest are vault and storage account (24) and the app (32).
var suffix = uniqueString(resourceGroup().id, prefix)
var storageAccountName = toLower('${prefix}${suffix}')
var vaultName = 'kv-${prefix}${suffix}'
var identityName = 'id-${prefix}-${suffix}'
var workspaceName = 'log-${prefix}-${suffix}'
var insightsName = 'appi-${prefix}-${suffix}'
var planName = 'plan-${prefix}-${suffix}'
var functionAppName = 'func-${prefix}-${suffix}'
var networkName = 'vnet-${prefix}-${suffix}'
var dataCollectionEndpointName = 'dce-${prefix}-${suffix}'
var dataCollectionRuleName = 'dcr-${prefix}-${suffix}'

var workspaceId = resourceId('Microsoft.OperationalInsights/workspaces', workspaceName)
var storageAccountId = resourceId('Microsoft.Storage/storageAccounts', storageAccountName)
var vaultUri = 'https://${vaultName}${environment().suffixes.keyvaultDns}/'
var deploymentContainerUrl = 'https://${storageAccountName}.blob.${environment().suffixes.storage}/deployment'

// A month beyond what the app itself keeps: the rule is for bodies that no running app is left to delete.
var batchDeletionDays = bodyRetentionDays + 30

// /subscriptions/<2>/resourceGroups/<4>/providers/Microsoft.OperationalInsights/workspaces/<8>. Without a Sentinel part these parts are read
// all the same, so there must be some.
var withSentinel = !empty(sentinelWorkspaceId)
var sentinelIdParts = split(
  withSentinel ? sentinelWorkspaceId : workspaceId,
  '/'
)

// What-if sees into a module only when its parameters are known before the deployment starts. So modules are given names, never each
// other's outputs, and say with dependsOn what has to be there before them. They have no names of their own either: Bicep derives one from
// the name of the deployment, so two deployments in one group do not meet.

// Watching it

module monitoring 'modules/monitoring.bicep' = {
  params: {
    workspaceName: workspaceName
    insightsName: insightsName
    location: location
    retentionDays: logRetentionDays
    dailyCapGb: logDailyCapGb
    tags: tags
  }
}

module workbook 'modules/workbook.bicep' = if (watched) {
  params: {
    displayName: 'AuditFunctions ${prefix}'
    location: location
    workspaceId: workspaceId
    storageAccountId: storageAccountId
    functionAppId: resourceId('Microsoft.Web/sites', functionAppName)
    tags: tags
  }
  dependsOn: [
    monitoring
  ]
}

module alerts 'modules/alerts.bicep' = if (watched) {
  params: {
    name: '${prefix}-${suffix}'
    location: location
    workspaceId: workspaceId
    emails: alertEmails
    actionGroupIds: alertActionGroupIds
    frequency: alertFrequency
    deliveryTargetMinutes: deliveryTargetMinutes
    slowSources: slowSources
    backlogLimit: alertBacklog
    tags: tags
  }
  dependsOn: [
    monitoring
  ]
}

// What the app stands on

module identity 'modules/identity.bicep' = {
  params: {
    name: identityName
    location: location
    tags: tags
  }
}

module storage 'modules/storage.bicep' = {
  params: {
    name: storageAccountName
    location: location
    sku: storageSku
    privateNetwork: privateNetwork
    batchDeletionDays: batchDeletionDays
    deadLetterRetentionDays: deadLetterRetentionDays
    auditedRequests: auditedStorageRequests
    workspaceId: workspaceId
    tags: tags
  }
  dependsOn: [
    monitoring
  ]
}

module vault 'modules/vault.bicep' = {
  params: {
    name: vaultName
    location: location
    privateNetwork: privateNetwork
    workspaceId: workspaceId
    messageKey: signMessages
    tags: tags
  }
  dependsOn: [
    monitoring
  ]
}

module roles 'modules/roles.bicep' = {
  params: {
    identityName: identityName
    storageAccountName: storageAccountName
    vaultName: vaultName
    insightsName: insightsName
  }
  dependsOn: [
    identity
    monitoring
    storage
    vault
  ]
}

module network 'modules/network.bicep' = if (privateNetwork) {
  params: {
    name: networkName
    location: location
    addressPrefix: networkAddressPrefix
    natGatewayId: natGatewayId
    storageAccountId: storageAccountId
    vaultId: resourceId('Microsoft.KeyVault/vaults', vaultName)
    tags: tags
  }
  dependsOn: [
    storage
    vault
  ]
}

// The app

module functionApp 'modules/functionapp.bicep' = {
  params: {
    name: functionAppName
    planName: planName
    location: location
    identityName: identityName
    storageAccountName: storageAccountName
    deploymentContainerUrl: deploymentContainerUrl
    vaultUri: vaultUri
    insightsName: insightsName
    subnetId: privateNetwork ? resourceId('Microsoft.Network/virtualNetworks/subnets', networkName, 'app') : ''
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    scheduleCron: scheduleCron
    traceRatio: traceRatio
    bodyRetentionDays: bodyRetentionDays
    signMessages: signMessages
    unsignedUntil: unsignedUntil
    requireHosts: requireHosts
    appSettings: appSettings
    tags: tags
  }
  // The app starts at once, and its host gives up on storage that it may not use yet.
  dependsOn: [
    network
    roles
  ]
}

// Microsoft Sentinel

module sentinelTable 'modules/sentinel-table.bicep' = if (withSentinel) {
  // Stands in the workspace's group, where other installations put theirs: the name tells them apart by their groups, too.
  #disable-next-line no-module-name
  name: 'auditfunctions-table-${suffix}'
  scope: resourceGroup(sentinelIdParts[2], sentinelIdParts[4])
  params: {
    workspaceName: sentinelIdParts[8]
    tableName: sentinelTableName
  }
}

module sentinel 'modules/sentinel.bicep' = if (withSentinel) {
  params: {
    endpointName: dataCollectionEndpointName
    ruleName: dataCollectionRuleName
    location: sentinelLocation
    workspaceId: sentinelWorkspaceId
    tableName: sentinelTableName
    identityName: identityName
    tags: tags
  }
  // A rule is refused while its table is missing.
  dependsOn: [
    identity
    sentinelTable
  ]
}

// What the next command needs

@description('Name of the function app.')
output functionAppName string = functionAppName

@description('Name of the storage account.')
output storageAccountName string = storageAccountName

@description('Name of the vault.')
output vaultName string = vaultName

@description('Address of the vault.')
output vaultUri string = vaultUri

@description('The secret that messages are signed with, as rows name it; empty: they are not signed.')
output messageKey string = signMessages ? 'secret:message-key' : ''

@description('true when a secret that names no hosts is sent nowhere; empty: it goes where rows say.')
output requireHosts string = requireHosts ? 'true' : ''

@description('Address of the container that holds the deployed package.')
output deploymentContainerUrl string = deploymentContainerUrl

@description('Client id of the app\'s identity.')
output identityClientId string = identity.outputs.clientId

@description('Address that events for Sentinel are sent to; empty without a Sentinel part.')
output sentinelEndpoint string = withSentinel ? sentinel!.outputs.ingestionEndpoint : ''

@description('Immutable id of the data collection rule; empty without a Sentinel part.')
output sentinelRuleId string = withSentinel ? sentinel!.outputs.ruleImmutableId : ''

@description('Name of the stream; empty without a Sentinel part.')
output sentinelStream string = withSentinel ? sentinel!.outputs.streamName : ''

// Whoever deploys

module caller 'modules/caller.bicep' = if (callerRoles) {
  params: {
    storageAccountName: storageAccountName
    vaultName: vaultName
    principalId: deployer().objectId
  }
  dependsOn: [
    storage
    vault
  ]
}

// infra/deploy.sh looks for this name. It gives it to its own deployments; azd puts the time into the names of its own.
var installationName = 'auditfunctions-${prefix}'

module installation 'modules/installation.bicep' = if (deployment().name != installationName) {
  #disable-next-line no-module-name
  name: installationName
  params: {
    functionAppName: functionAppName
    storageAccountName: storageAccountName
    vaultName: vaultName
    messageKey: signMessages ? 'secret:message-key' : ''
    requireHosts: requireHosts ? 'true' : ''
  }
  dependsOn: [
    functionApp
    vault
  ]
}
