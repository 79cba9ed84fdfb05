metadata description = 'The function app on a Flex Consumption plan, and all of its settings.'

@description('Name of the function app. Host ids are its first 32 characters: no longer than that, or two apps on one account could collide.')
@minLength(2)
@maxLength(32)
param name string

@description('Name of the plan.')
param planName string

@description('Region.')
param location string

@description('Name of the app\'s identity.')
param identityName string

@description('Name of the storage account.')
param storageAccountName string

@description('Address of the container from which the app is started.')
param deploymentContainerUrl string

@description('Address of the vault.')
param vaultUri string

@description('Name of the Application Insights component.')
param insightsName string

@description('Resource id of the subnet that the app sends through; empty: none.')
param subnetId string

@description('Memory of an instance in megabytes.')
param instanceMemoryMB int

@description('Most instances that run at once.')
param maximumInstanceCount int

@description('When the scheduler ticks, in UTC, as a cron expression with six fields.')
param scheduleCron string

@description('Days that the app keeps a body that was never delivered.')
param bodyRetentionDays int

@description('Share of the traces that are kept, 0 to 1.')
param traceRatio string

@description('Whether messages are signed with the key in the vault.')
param signMessages bool

@description('Until when messages that are not signed are taken all the same, in UTC; empty: not at all.')
param unsignedUntil string

@description('Whether a secret that names no hosts is sent nowhere.')
param requireHosts bool

@description('Further app settings by name.')
param appSettings { *: string }

@description('Tags of the resources.')
param tags { *: string }

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

// Objects, so that a further setting replaces one of the same name: the platform refuses a name that comes twice.
var settings = {
  // Storage, for the host and for the pipeline alike.
  AzureWebJobsStorage__blobServiceUri: 'https://${storageAccountName}.blob.${environment().suffixes.storage}'
  AzureWebJobsStorage__queueServiceUri: 'https://${storageAccountName}.queue.${environment().suffixes.storage}'
  AzureWebJobsStorage__tableServiceUri: 'https://${storageAccountName}.table.${environment().suffixes.storage}'
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identity.properties.clientId
  // Telemetry, by the same identity.
  APPLICATIONINSIGHTS_CONNECTION_STRING: insights.properties.ConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.properties.clientId};Authorization=AAD'
  OTEL_TRACES_SAMPLER: 'microsoft.fixed_percentage'
  // Of the Functions host's own spans, one for each look into a queue, none; of ours a share.
  OTEL_TRACES_SAMPLER_ARG: '0'
  Telemetry__TraceRatio: traceRatio
  // The pipeline.
  Secrets__VaultUri: vaultUri
  Scheduling__BodyRetention: '${bodyRetentionDays}.00:00:00'
  ScheduleCron: scheduleCron
}

var signing = signMessages ? union({ Messages__Key: 'secret:message-key' }, empty(unsignedUntil) ? {} : { Messages__UnsignedUntil: unsignedUntil }) : {}
var hosts = requireHosts ? { Secrets__RequireHosts: 'true' } : {}

resource plan 'Microsoft.Web/serverfarms@2024-11-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    name: 'FC1'
    tier: 'FlexConsumption'
  }
  properties: {
    reserved: true
  }
}

resource app 'Microsoft.Web/sites@2024-11-01' = {
  name: name
  location: location
  tags: tags
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identity.id}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    // No function answers HTTP. What stays reachable is the deployment endpoint, which takes Entra tokens only (see below).
    publicNetworkAccess: 'Enabled'
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    siteConfig: {
      alwaysOn: false
      appSettings: map(items(union(settings, signing, hosts, appSettings)), setting => { name: setting.key, value: setting.value })
    }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: deploymentContainerUrl
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identity.id
          }
        }
      }
      runtime: {
        name: 'dotnet-isolated'
        version: '10.0'
      }
      // Each function scales by itself: queue length divided by the messages that an instance takes at once. That number is
      // batchSize + newBatchThreshold of host.json. There is no HTTP trigger, so there is no HTTP concurrency to set.
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        // An instance that is always ready is paid for around the clock. A queue that waits a second for a cold start costs nothing.
        alwaysReady: []
      }
    }
  }
}

resource noFtpPassword 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-11-01' = {
  parent: app
  name: 'ftp'
  properties: {
    allow: false
  }
}

resource noDeploymentPassword 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-11-01' = {
  parent: app
  name: 'scm'
  properties: {
    allow: false
  }
}
