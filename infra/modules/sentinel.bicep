metadata description = 'The way into the table: an endpoint, a rule that says which columns arrive, and the right to send to that rule only.'

@description('Name of the data collection endpoint.')
@minLength(3)
@maxLength(44)
param endpointName string

@description('Name of the data collection rule.')
@minLength(3)
@maxLength(64)
param ruleName string

@description('Region of the workspace: rule and endpoint must stand in it.')
param location string

@description('Resource id of the workspace.')
param workspaceId string

@description('Name of the table; ends in _CL.')
param tableName string

@description('Name of the app\'s identity.')
param identityName string

@description('Tags of the resources.')
param tags { *: string }

var stream = 'Custom-${tableName}'
var ruleRole = {
  name: 'Monitoring Metrics Publisher'
  id: '3913510d-42f4-4e42-8a64-420c390055eb'
  why: 'events are sent to this rule'
}

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

resource endpoint 'Microsoft.Insights/dataCollectionEndpoints@2024-03-11' = {
  name: endpointName
  location: location
  tags: tags
  properties: {
    networkAcls: {
      publicNetworkAccess: 'Enabled'
    }
  }
}

resource rule 'Microsoft.Insights/dataCollectionRules@2024-03-11' = {
  name: ruleName
  location: location
  tags: tags
  properties: {
    dataCollectionEndpointId: endpoint.id
    streamDeclarations: {
      '${stream}': {
        columns: [
          { name: 'TimeGenerated', type: 'datetime' }
          { name: 'EventTime', type: 'datetime' }
          { name: 'EventId', type: 'string' }
          { name: 'Source', type: 'string' }
          { name: 'Partition', type: 'string' }
          { name: 'BatchId', type: 'string' }
          { name: 'Template', type: 'string' }
          { name: 'Vendor', type: 'string' }
          { name: 'FetchedAt', type: 'datetime' }
          { name: 'Event', type: 'dynamic' }
        ]
      }
    }
    destinations: {
      logAnalytics: [
        {
          name: 'workspace'
          workspaceResourceId: workspaceId
        }
      ]
    }
    dataFlows: [
      {
        streams: [
          stream
        ]
        destinations: [
          'workspace'
        ]
        // As it arrives: an event is evidence.
        transformKql: 'source'
        outputStream: stream
      }
    ]
  }
}

resource onRule 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(rule.id, identity.id, ruleRole.id)
  scope: rule
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', ruleRole.id)
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    description: '${ruleRole.name}: ${ruleRole.why}'
  }
}

@description('Address that events are sent to.')
output ingestionEndpoint string = endpoint.properties.logsIngestion.endpoint

@description('Immutable id of the rule.')
output ruleImmutableId string = rule.properties.immutableId

@description('Name of the stream.')
output streamName string = stream
