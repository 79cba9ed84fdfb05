metadata description = 'The table that the events are written to, in the workspace that Microsoft Sentinel reads.'

@description('Name of the workspace, in the resource group that this is deployed to.')
param workspaceName string

@description('Name of the table; ends in _CL.')
param tableName string

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-07-01' existing = {
  name: workspaceName
}

resource table 'Microsoft.OperationalInsights/workspaces/tables@2025-07-01' = {
  parent: workspace
  name: tableName
  properties: {
    plan: 'Analytics'
    schema: {
      name: tableName
      columns: [
        { name: 'TimeGenerated', type: 'dateTime' }
        { name: 'EventTime', type: 'dateTime' }
        { name: 'EventId', type: 'string' }
        { name: 'Source', type: 'string' }
        { name: 'Partition', type: 'string' }
        { name: 'BatchId', type: 'string' }
        { name: 'Template', type: 'string' }
        { name: 'Vendor', type: 'string' }
        { name: 'FetchedAt', type: 'dateTime' }
        { name: 'Event', type: 'dynamic' }
      ]
    }
  }
}
