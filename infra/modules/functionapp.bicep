metadata description = 'The function app on a Flex Consumption plan, and all of its settings.'

@description('Name of the function app. Host ids are its first 32 characters: no longer than that, or two apps on one account could collide.')
@minLength(2)
@maxLength(32)
param name string

@description('Name of the plan.')
param planName string

@description('Region.')
param location string

@description('Resource id of the app\'s identity.')
param identityId string

@description('Client id of the app\'s identity.')
param identityClientId string

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

@description('Further app settings by name.')
param appSettings object

@description('Tags of the resources.')
param tags object

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

var settings = [
  // Storage, for the host and for the pipeline alike.
  { name: 'AzureWebJobsStorage__blobServiceUri', value: 'https://${storageAccountName}.blob.${environment().suffixes.storage}' }
  { name: 'AzureWebJobsStorage__queueServiceUri', value: 'https://${storageAccountName}.queue.${environment().suffixes.storage}' }
  { name: 'AzureWebJobsStorage__tableServiceUri', value: 'https://${storageAccountName}.table.${environment().suffixes.storage}' }
  { name: 'AzureWebJobsStorage__credential', value: 'managedidentity' }
  { name: 'AzureWebJobsStorage__clientId', value: identityClientId }
  // Telemetry, by the same identity.
  { name: 'APPLICATIONINSIGHTS_CONNECTION_STRING', value: insights.properties.ConnectionString }
  { name: 'APPLICATIONINSIGHTS_AUTHENTICATION_STRING', value: 'ClientId=${identityClientId};Authorization=AAD' }
  { name: 'OTEL_TRACES_SAMPLER', value: 'microsoft.fixed_percentage' }
  { name: 'OTEL_TRACES_SAMPLER_ARG', value: traceRatio }
  // The pipeline.
  { name: 'Secrets__VaultUri', value: vaultUri }
  { name: 'Scheduling__BodyRetention', value: '${bodyRetentionDays}.00:00:00' }
  { name: 'ScheduleCron', value: scheduleCron }
]
var furtherSettings = map(items(appSettings), setting => { name: setting.key, value: string(setting.value) })

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
      '${identityId}': {}
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
      appSettings: concat(settings, furtherSettings)
    }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: deploymentContainerUrl
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
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

@description('Resource id of the function app.')
output id string = app.id

@description('Name of the function app.')
output name string = app.name
